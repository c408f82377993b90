"""`cqrs logs`."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, get_args

import click
from rich.text import Text

from payments_client.answers import LogEntry, LogHit, LogPage, LogPattern, LogStep, RetentionDays
from payments_client.cli.connect import connected
from payments_client.cli.filters import given_of, options
from payments_client.cli.output import Column, Output, names_of, printing
from payments_client.cli.sending import sent
from payments_client.cli.text import shown
from payments_client.client import PaymentsClient
from payments_client.parameters import LogInterval

_PAGE = 500
_COLOURS = {"warn": "yellow", "error": "red", "fatal": "bold red", "debug": "dim", "trace": "dim"}
_TIMES = options(
    click.option("--from", "from_", metavar="DAY", help="Not before this day or instant."),
    click.option("--to", metavar="DAY", help="Up to the end of this day, or before this instant."),
)


@click.group()
def logs() -> None:
    """Send, search, count and follow log entries."""


@logs.command()
@click.argument("q", required=False)
@_TIMES
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many entries.")
@click.option("--all", "everything", is_flag=True, help="All entries that match, however many.")
@connected
@printing
def search(out: Output, payments: PaymentsClient, q: str | None, *, limit: int, everything: bool, **given: Any) -> None:  # noqa: ANN401
    """Find entries, the newest first: cqrs logs search "refused level>=error time>=now-1h"."""
    found = payments.logs.search(q, page_size=_PAGE if everything else min(limit, _PAGE), **given_of(given))
    first: list[LogPage] = []

    def hits() -> Iterator[LogHit]:
        for page in found.pages():
            first[:] = first or [page]
            yield from page.entries

    count = out.several(islice(hits(), None if everything else limit), _ENTRIES, names_of(LogHit))
    for page in first:
        whole = f"{'more than ' if page.total_relation == 'gte' else ''}{page.total:,}"
        out.note(f"{count:,} of {whole} entries" if page.total else "no entry matches")


@logs.command()
@click.argument("q", required=False)
@click.option("--limit", type=click.IntRange(1, _PAGE), default=20, show_default=True, help="How many to begin with.")
@connected
@printing
def tail(out: Output, payments: PaymentsClient, q: str | None, limit: int) -> None:
    """Follow entries as they come, until Ctrl-C: cqrs logs tail "service:api"."""
    entries = payments.logs.follow(q, limit=limit)
    if not out.for_people:
        out.several(entries, _ENTRIES, names_of(LogEntry))
    for entry in entries:
        click.echo(f"{_at(entry)}  {entry.level:5}  {shown(entry.service)}  {shown(entry.message)}")


@logs.command()
@click.argument("q", required=False)
@_TIMES
@click.option("--interval", type=click.Choice(get_args(LogInterval)), help="How long each step is.")
@click.option("--time-zone", metavar="Europe/Paris", help="Whose days these are; UTC by default.")
@connected
@printing
def histogram(out: Output, payments: PaymentsClient, q: str | None, **given: Any) -> None:  # noqa: ANN401
    """Count entries by time and level."""
    found = payments.logs.histogram(q, **given_of(given))
    out.several(found.steps, _STEPS, names_of(LogStep))
    out.note(f"{found.total:,} entries: {_levels(found.levels)}" if found.total else "no entry matches")


@logs.command()
@click.argument("q", required=False)
@_TIMES
@click.option("--sample", type=click.IntRange(1), help="How many of the newest entries are read.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many patterns.")
@connected
@printing
def patterns(out: Output, payments: PaymentsClient, q: str | None, **given: Any) -> None:  # noqa: ANN401
    """Show what entries say, but for the values in it, the most frequent first."""
    found = payments.logs.patterns(q, **given_of(given))
    out.several(found.patterns, _PATTERNS, names_of(LogPattern))
    out.note(f"of {found.sampled:,} entries" if found.sampled else "no entry matches")


@logs.command()
@click.argument("file", type=click.File("rb"))
@connected
@printing
def send(out: Output, payments: PaymentsClient, file: BinaryIO) -> None:
    """Send entries from a file of NDJSON, or from - for stdin.

    \b
    A line: {"timestamp": "2026-01-31T12:00:00Z", "level": "error", "service": "api", "message": "refused"}

    Lines that are not taken are printed, and make the exit code 1. A file may be sent again.
    """  # noqa: D301  # as click needs it
    sent(out, file, payments.logs.send)


@logs.command()
@connected
@printing
def settings(out: Output, payments: PaymentsClient) -> None:
    """Show for how many days entries are kept."""
    out.one(payments.logs.settings())


@logs.command()
@click.argument("days", type=click.Choice([str(each) for each in get_args(RetentionDays)]))
@connected
@printing
def keep(out: Output, payments: PaymentsClient, days: str) -> None:
    """Keep the entries of the days to come for so many days; needs the role admin."""
    [chosen] = [each for each in get_args(RetentionDays) if str(each) == days]
    out.one(payments.logs.keep(chosen))


COMMANDS = (logs,)


def _at(entry: LogEntry) -> str:
    return entry.timestamp.isoformat(" ", "milliseconds").removesuffix("+00:00")


def _levels(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {level}" for level, count in counts.items())


_ENTRIES: tuple[Column[LogEntry], ...] = (
    Column("time", _at, right=True),
    Column("level", lambda each: Text(each.level, style=_COLOURS.get(each.level, ""))),
    Column("service", lambda each: each.service, narrow=20),
    Column("message", lambda each: each.message, gives=True),
)
_STEPS: tuple[Column[LogStep], ...] = (
    Column("from", lambda each: each.start.isoformat(" ", "minutes")),
    Column("entries", lambda each: f"{each.count:,}", right=True),
    Column("levels", lambda each: _levels(each.levels), gives=True),
)
_PATTERNS: tuple[Column[LogPattern], ...] = (
    Column("entries", lambda each: f"{each.count:,}", right=True),
    Column("levels", lambda each: _levels(each.levels), narrow=20),
    Column("services", lambda each: ", ".join(each.services), narrow=20),
    Column("template", lambda each: each.template, gives=True),
)
