"""What a run leaves: `results.json`, the table in docs/performance.md, and a picture of it."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from bench.harness import Figure
from local.places import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "performance.svg"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"

_STYLES = {"aim": "green", "must": "yellow", "missed": "red"}
_SAYS = {"aim": "aim", "must": "must", "missed": "**missed**"}
_WIDTH = 24
_WEB_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def as_json(figures: Sequence[Figure], payments: int, at: datetime) -> dict[str, Any]:
    """A run's figures, and where they were measured."""
    rows = [{**asdict(each), "verdict": each.limit.verdict(each.value)} for each in figures]
    machine = {"processors": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    return {"at": at.astimezone(UTC).isoformat(timespec="seconds"), "payments": payments, "on": machine, "rows": rows}


def markdown(results: dict[str, Any]) -> str:
    """The table, as the page has it."""
    lines = [
        f"{results['payments']:,} payments, {results['on']['processors']} processors shared with the engines, "
        f"Python {results['on']['python']}, {results['at'][:10]}.",
        "",
        "| | measured | must | aim | reached | |",
        "|---|---:|---:|---:|---|---|",
    ]
    for row in results["rows"]:
        sign = "<=" if row["limit"]["better"] == "lower" else ">="
        limits = f"{sign} {row['limit']['must']:g} | {sign} {row['limit']['aim']:g}"
        value = f"{shown(row['value'])} {row['unit']}"
        lines.append(f"| {row['row']} | {value} | {limits} | {_SAYS[row['verdict']]} | {row['detail']} |")
    return "\n".join(lines)


def between_markers(page: str, table: str) -> str:
    """The page with another table in its place. Raises ValueError for a page without the place."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def shown(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def picture(results: dict[str, Any], path: Path) -> None:
    """The table with a bar a row, as long as the value; the bar is full at the limit that it must keep."""
    canvas = Console(record=True, width=110, file=StringIO())
    canvas.print(drawn(results))
    # Rich's own font would be loaded from elsewhere.
    drawing = _WEB_FONTS.sub("", canvas.export_svg(title="make bench"))
    path.write_text(drawing, encoding="utf-8")


def drawn(results: dict[str, Any]) -> Table:
    """The table for people."""
    table = Table(title=f"{results['payments']:,} payments")
    for name in ("", "measured", "must", "aim", "against what it must keep"):
        table.add_column(name, justify="left" if name in ("", "against what it must keep") else "right")
    for row in results["rows"]:
        limit, style = row["limit"], _STYLES[row["verdict"]]
        share = row["value"] / limit["must"]
        filled = max(0, min(_WIDTH, round(share * _WIDTH * 2 / 3)))
        bar = f"[{style}]{'█' * filled}[/]{'·' * (_WIDTH - filled)}"
        sign = "≤" if limit["better"] == "lower" else "≥"
        table.add_row(
            row["row"],
            f"[{style}]{shown(row['value'])} {row['unit']}[/]",
            f"{sign} {limit['must']:g}",
            f"{sign} {limit['aim']:g}",
            bar,
        )
    return table


def merged(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The newer run, with the earlier one's figures of rows that were left out, in their old places."""
    measured = {row["row"]: row for row in now["rows"]}
    rows = [measured.pop(row["row"], row) for row in before["rows"]]
    return {**now, "rows": [*rows, *measured.values()]}


def write(results: dict[str, Any]) -> None:
    """All three."""
    if RESULTS.is_file():
        results = merged(orjson.loads(RESULTS.read_bytes()), results)
    RESULTS.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    PAGE.write_text(between_markers(PAGE.read_text(), markdown(results)))
    picture(results, PICTURE)
