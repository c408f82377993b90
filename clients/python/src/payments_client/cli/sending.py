"""What sending log entries and points of metrics has in common."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

import click
from rich.console import Console

from payments_client.answers import SentEntry
from payments_client.cli.failures import REFUSED
from payments_client.cli.output import Column, Output, names_of
from payments_client.lines import Line
from payments_client.sending import SendSummary

_PROBLEMS: tuple[Column[SentEntry], ...] = (
    Column("line", lambda each: str(each.entry), right=True),
    Column("outcome", lambda each: each.outcome),
    Column("why", lambda each: "; ".join(f"{error.field}: {error.message}" for error in each.errors)),
)


def sent(out: Output, file: BinaryIO, send: Callable[..., SendSummary]) -> None:
    """Send the lines of a file, show those that were not taken, and end with 1 if there are some."""
    lines: Iterable[Line] = file
    with Console(stderr=True, highlight=False).status("sending") as status:
        summary = send(lines, progress=lambda so_far: status.update(_counts(so_far)))
    out.several(summary.problems, _PROBLEMS, names_of(SentEntry))
    click.echo(_counts(summary), err=True)
    if summary.problems:
        click.get_current_context().exit(REFUSED)


def _counts(summary: SendSummary) -> str:
    return f"{summary.accepted:,} accepted, {summary.rejected:,} rejected, {summary.failed:,} failed"
