"""`cqrs metrics` and `cqrs trace`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, get_args

import click

from payments_client.answers import Answer, LogEntry, MetricName, Series, TracedEvent, TracedMetric
from payments_client.cli.connect import connected
from payments_client.cli.filters import given_of, options
from payments_client.cli.output import Column, Output, Record, names_of, printing, write_csv
from payments_client.cli.sending import sent
from payments_client.client import PaymentsClient
from payments_client.parameters import SeriesFunction, StepLength

_SERIES = options(
    click.option("--function", type=click.Choice(get_args(SeriesFunction)), help="What to tell; avg by default."),
    click.option("--group-by", multiple=True, metavar="host", help="A line for each of its values; repeat it."),
    click.option("--q", metavar="dimension.host:web-1", help="Of which series."),
    click.option("--from", "from_", metavar="DAY", help="From this day or instant on; the last hour by default."),
    click.option("--to", metavar="DAY", help="Up to the end of this day, or before this instant."),
    click.option("--interval", type=click.Choice(get_args(StepLength)), help="How long each step is."),
)


class _Step(Answer):
    """A value of a line; None where there was no point."""

    at: datetime
    line: str
    value: float | None


@click.group()
def metrics() -> None:
    """Send metrics, and read them over time."""


@metrics.command()
@click.argument("name")
@_SERIES
@connected
@printing
def series(out: Output, payments: PaymentsClient, name: str, **given: Any) -> None:  # noqa: ANN401
    """Show a metric over time: cqrs metrics series http.duration --function p95 --group-by host."""
    found = payments.metrics.series(name, **given_of(given))
    if out.format == "json":
        out.one(found)
    elif out.format == "csv":
        write_csv(["at", *sorted({key for line in found.series for key in line.dimensions}), "value"], _records(found))
    else:
        out.table(_STEPS, list(_steps(found)))
        out.note(f"{found.function} of {found.name}" + (f" in {found.unit}" if found.unit else ""))
        if not found.series:
            out.note("no point in that time")


@metrics.command()
@click.option("--prefix", help="Only those that begin so.")
@click.option("--from", "from_", metavar="DAY", help="With points since then.")
@connected
@printing
def names(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Show which metrics there are."""
    found = payments.metrics.names(**given_of(given))
    out.several(found.names, _NAMES, names_of(MetricName))
    if not found.complete:
        out.note("there are more: name a longer --prefix")


@metrics.command()
@click.argument("file", type=click.File("rb"))
@connected
@printing
def send(out: Output, payments: PaymentsClient, file: BinaryIO) -> None:
    """Send points from a file of NDJSON, or from - for stdin.

    \b
    A line: {"name": "orders", "type": "counter", "timestamp": "2026-01-31T12:00:00Z", "value": 3}

    Lines that are not taken are printed, and make the exit code 1. A file may be sent again.
    """  # noqa: D301  # as click needs it
    sent(out, file, payments.metrics.send)


@click.command()
@click.argument("correlation_id")
@connected
@printing
def trace(out: Output, payments: PaymentsClient, correlation_id: str) -> None:
    """Show the events and log entries that bear a correlation id, and the metrics around them."""
    found = payments.trace(correlation_id)
    if not out.for_people:
        out.one(found)
        return
    out.table(_EVENTS, found.events, "events")
    out.table(_ENTRIES, found.logs, "logs")
    out.table(_METRICS, found.metrics, "metrics")


COMMANDS = (metrics, trace)


def _steps(found: Series) -> Iterator[_Step]:
    for line in found.series:
        name = " ".join(f"{key}={value}" for key, value in line.dimensions.items())
        for at, value in zip(found.at, line.values, strict=True):
            yield _Step(at=at, line=name, value=value)


def _records(found: Series) -> Iterator[Record]:
    for line in found.series:
        for at, value in zip(found.at, line.values, strict=True):
            yield {"at": at.isoformat(), **line.dimensions, "value": value}


def _at(instant: datetime) -> str:
    return instant.isoformat(" ", "seconds").removesuffix("+00:00")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.6g}"


_STEPS: tuple[Column[_Step], ...] = (
    Column("from", lambda each: _at(each.at), right=True),
    Column("line", lambda each: each.line, narrow=40),
    Column("value", lambda each: _number(each.value), right=True),
)
_NAMES: tuple[Column[MetricName], ...] = (
    Column("metric", lambda each: each.name, narrow=40),
    Column("type", lambda each: each.type),
    Column("unit", lambda each: each.unit),
    Column("dimensions", lambda each: ", ".join(each.dimensions), gives=True),
)
_EVENTS: tuple[Column[TracedEvent], ...] = (
    Column("at", lambda each: _at(each.occurred_at), right=True),
    Column("event", lambda each: each.type),
    Column("payment", lambda each: each.payment_id),
    Column("version", lambda each: str(each.version), right=True),
)
_ENTRIES: tuple[Column[LogEntry], ...] = (
    Column("time", lambda each: _at(each.timestamp), right=True),
    Column("level", lambda each: each.level),
    Column("service", lambda each: each.service, narrow=20),
    Column("message", lambda each: each.message, gives=True),
)
_METRICS: tuple[Column[TracedMetric], ...] = (
    Column("metric", lambda each: each.name, narrow=40),
    Column("count", lambda each: f"{each.count:,}", right=True),
    Column("sum", lambda each: _number(each.sum), right=True),
    Column("min", lambda each: _number(each.min), right=True),
    Column("max", lambda each: _number(each.max), right=True),
    Column("unit", lambda each: each.unit),
)
