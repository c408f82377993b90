"""How answers are printed: a table for people, JSON and CSV for programs.

Only what was asked for goes to stdout; what is said about it goes to stderr. Colours are for terminals only, and
NO_COLOR is respected (rich does both). A table is as wide as the terminal, and as its contents where there is none.
"""

import csv
import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import click
from pydantic import JsonValue
from rich.console import Console
from rich.table import Table
from rich.text import Text

from payments_client.answers import Answer
from payments_client.cli.text import shown

Format = Literal["table", "json", "csv"]
Record = dict[str, JsonValue]

_A = TypeVar("_A", bound=Answer)
_Row_contra = TypeVar("_Row_contra", bound=Answer, contravariant=True)
_WIDE = 100
_WIDTH_OF_A_PIPE = 10_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column(Generic[_Row_contra]):
    """A column of a table; on a narrow terminal it folds at `narrow`, and the one that `gives` is cut at the end."""

    title: str
    of: Callable[[_Row_contra], str | Text]
    right: bool = False
    gives: bool = False
    narrow: int | None = None


@dataclass(frozen=True)
class Output:
    """Prints in the format that was asked for."""

    format: Format

    @property
    def for_people(self) -> bool:
        """Whether it may say more than the data."""
        return self.format == "table"

    def several(self, answers: Iterable[_A], columns: Sequence[Column[_A]], names: Sequence[str]) -> int:
        """JSON is an answer a line and CSV a row of these names, printed as they come; answers how many there were."""
        match self.format:
            case "json":
                return sum(_json_line(answer) for answer in answers)
            case "csv":
                return write_csv(names, (record(answer) for answer in answers))
        rows = list(answers)
        self.table(columns, rows)
        return len(rows)

    def one(self, answer: Answer) -> None:
        """JSON is an object, CSV a row under its header, a table has a line a member."""
        match self.format:
            case "json":
                _json_line(answer)
            case "csv":
                write_csv(list(record(answer)), [record(answer)])
            case "table":
                members = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
                members.add_column(style="bold", no_wrap=True)
                members.add_column(overflow="fold")
                for name, value in _flat(record(answer)):
                    members.add_row(Text(shown(name)), Text(shown(cell(value))))
                console().print(members)

    def table(self, columns: Sequence[Column[_A]], rows: Sequence[_A], title: str | None = None) -> None:
        """A table for people; none without rows."""
        if not rows:
            return
        screen = console()
        flexible = any(each.gives for each in columns) and screen.is_terminal
        table = Table(box=None, expand=flexible, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
        for column in columns:
            table.add_column(
                column.title,
                justify="right" if column.right else "left",
                no_wrap=column.gives or column.right,
                overflow="ellipsis" if column.gives else "fold",
                max_width=_most(column.narrow, screen) if column.narrow else None,
                ratio=1 if column.gives and flexible else None,
            )
        for row in rows:
            table.add_row(*(_text(column.of(row)) for column in columns))
        if title:
            screen.print(Text(f"\n{title}", style="bold underline"))
        screen.print(table)

    def note(self, message: str) -> None:
        """Say something about the answer, to people only, on stderr."""
        if self.for_people:
            Console(stderr=True, highlight=False).print(Text(shown(message), style="dim"))


def printing(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command `--json` and `--csv`, and an Output as its first argument."""

    @click.option("--json", "format_", flag_value="json", help="A JSON object a line.")
    @click.option("--csv", "format_", flag_value="csv", help="CSV with a header; texts cannot act as formulas.")
    @functools.wraps(command)
    def with_output(*args: Any, format_: Format | None, **options: Any) -> None:  # noqa: ANN401  # click's
        command(Output(format_ or "table"), *args, **options)

    return with_output


def console() -> Console:
    """Stdout; nothing is cut where it is not a terminal."""
    screen = Console(highlight=False, markup=False, emoji=False)
    return screen if screen.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_WIDTH_OF_A_PIPE)


def record(answer: Answer) -> Record:
    """The answer as it came: the API's names, money in decimal strings."""
    members: Record = answer.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return members


def names_of(model: type[Answer]) -> list[str]:
    """The members of an answer, by the API's names."""
    return [each.alias or name for name, each in model.model_fields.items()]


def write_csv(names: Sequence[str], records: Iterable[Record]) -> int:
    """Rows under a header; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(names)
    return sum(1 for each in records if rows.writerow([defused(each.get(name)) for name in names]))


def cell(value: JsonValue) -> str:
    """One value in one cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _flat(members: Record, below: str = "") -> Iterator[tuple[str, JsonValue]]:
    """What there is, with the names of what is within others after theirs: queue.waiting."""
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{below}{name}.")
        elif value not in (None, []):
            yield f"{below}{name}", value


def defused(value: JsonValue) -> str:
    """One value in a cell of a spreadsheet, which would run some texts."""
    text = cell(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _json_line(answer: Answer) -> int:
    click.echo(answer.model_dump_json(by_alias=True, exclude_unset=True))
    return 1


def _most(narrow: int, screen: Console) -> int | None:
    """How wide a column may be that gives way to others."""
    if not screen.is_terminal:
        return None
    return narrow if screen.width < _WIDE else max(narrow, screen.width // 4)


def _text(value: str | Text) -> Text:
    return value if isinstance(value, Text) else Text(shown(value))
