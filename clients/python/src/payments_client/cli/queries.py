"""The commands that ask."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, get_args

import click

from payments_client.answers import (
    Answer,
    CurrencyTotal,
    Facets,
    HistoryEntry,
    Hit,
    PartialHit,
    PaymentHit,
    PaymentPage,
    Statistics,
    Suggestion,
)
from payments_client.cli import views
from payments_client.cli.connect import connected
from payments_client.cli.output import Column, Output, Record, cell, names_of, printing, record, write_csv
from payments_client.client import PaymentsClient
from payments_client.pages import Search
from payments_client.parameters import Facet, Sort, Status

_PAGE = 200

Row = TypeVar("Row", bound=Answer)


def options(*declared: Callable[[Any], Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Several options as one decorator; none that is left out reaches the command."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(declared):
            command = option(command)
        return command

    return add


STATISTICS_FILTERS = options(
    click.option("--status", multiple=True, type=click.Choice(get_args(Status)), help="Any of these; repeat it."),
    click.option("--currency", multiple=True, metavar="EUR", help="Any of these; repeat it."),
    click.option("--from", "from_", metavar="DAY", help="Processed not before this day or instant."),
    click.option("--to", metavar="DAY", help="Processed up to the end of this day, or before this instant."),
)
FILTERS = options(
    STATISTICS_FILTERS,
    click.option("--min-amount", metavar="10.00", help="At least this, whatever the currency."),
    click.option("--max-amount", metavar="99.99", help="At most this, whatever the currency."),
)

AS_OF = click.option("--as-of", metavar="DAY", help="As it was recorded by the end of this day, or by this instant.")


@click.command()
@click.argument("q", required=False)
@FILTERS
@click.option("--sort", type=click.Choice(get_args(Sort)), help="A minus is descending; best match first by default.")
@AS_OF
@click.option("--fields", multiple=True, metavar="amount", help="Only these; repeat it, or separate by commas.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many payments.")
@click.option("--all", "everything", is_flag=True, help="All payments that match, however many.")
@connected
@printing
def search(
    out: Output,
    payments: PaymentsClient,
    q: str | None,
    *,
    fields: tuple[str, ...],
    limit: int,
    everything: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Find payments: cqrs search "blue mug" --status refunded."""
    most = None if everything else limit
    size = _PAGE if everything else min(limit, _PAGE)
    names = [name.strip() for each in fields for name in each.split(",")]
    if names:
        partly = payments.search(q, fields=names, page_size=size, **_given(given))
        _print(out, partly, [_field(name) for name in names], names, most)
    else:
        wholly = payments.search(q, page_size=size, **_given(given))
        _print(out, wholly, views.PAYMENTS, names_of(PaymentHit), most)


@click.command()
@click.argument("q", required=False)
@FILTERS
@AS_OF
@click.option("--by", multiple=True, type=click.Choice(get_args(Facet)), help="Only these; repeat it.")
@connected
@printing
def facets(out: Output, payments: PaymentsClient, q: str | None, *, by: tuple[Facet, ...], **given: Any) -> None:  # noqa: ANN401
    """Count the payments that match by status, currency, tag, amount and month, each without its own filter."""
    found = payments.search(q, facets=by or get_args(Facet), page_size=1, **_given(given)).page().facets or Facets()
    if out.format == "json":
        out.one(found)
    elif out.format == "csv":
        write_csv(["by", "value", "from", "to", "count"], _counts(found))
    else:
        for name, rows in (("status", found.status), ("currency", found.currency), ("tags", found.tags)):
            _table(out, views.COUNTS, rows, name)
        _table(out, views.AMOUNTS, found.amount, "amount")
        _table(out, views.COUNTS, found.month, "month")


@click.command()
@click.argument("payment_id")
@AS_OF
@connected
@printing
def get(out: Output, payments: PaymentsClient, payment_id: str, as_of: str | None) -> None:
    """Show one payment."""
    out.one(payments.get(payment_id, as_of=as_of))


@click.command()
@click.argument("payment_id")
@connected
@printing
def history(out: Output, payments: PaymentsClient, payment_id: str) -> None:
    """Show everything that happened to a payment."""
    out.several(payments.history(payment_id).events, views.HISTORY, names_of(HistoryEntry))


@click.command()
@STATISTICS_FILTERS
@connected
@printing
def stats(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Count and sum payments: by status, by currency, by day."""
    answer = payments.statistics(**_given(given))
    if out.format == "json":
        out.one(answer)
    elif out.format == "csv":
        write_csv(["by", "status", "currency", "date", "count", "sum", "average"], _sums(answer))
    elif answer.currency:
        out.table(views.BY_CURRENCY, answer.currency, "By currency")
        out.table(views.BY_STATUS, answer.status, "By status")
        out.table(views.BY_DAY, answer.daily, "By day")
    else:
        out.note("no payment matches")


@click.command()
@click.argument("q")
@click.option("--limit", type=click.IntRange(1), help="At most this many.")
@connected
@printing
def suggest(out: Output, payments: PaymentsClient, q: str, limit: int | None) -> None:
    """Complete the beginning of a description."""
    out.several(payments.suggest(q, limit=limit).suggestions, views.SUGGESTIONS, names_of(Suggestion))


@click.command()
@connected
@printing
def freshness(out: Output, payments: PaymentsClient) -> None:
    """Show how far the read side is behind; needs the role admin."""
    out.one(payments.freshness())


@click.command()
@connected
@printing
def health(out: Output, payments: PaymentsClient) -> None:
    """Show which parts of the service are up."""
    out.one(payments.health())


COMMANDS = (search, facets, get, history, stats, suggest, freshness, health)


def _print(
    out: Output, found: Search[Hit], columns: Sequence[Column[Hit]], names: Sequence[str], most: int | None
) -> None:
    """The hits as they come, and what their first page says of the whole."""
    first: list[PaymentPage[Hit]] = []

    def hits() -> Iterator[Hit]:
        for page in found.pages():
            first[:] = first or [page]
            yield from page.payments

    count = out.several(islice(hits(), most), columns, names)
    for page in first:
        whole = f"{'more than ' if page.total_relation == 'gte' else ''}{page.total:,}"
        out.note(f"{count:,} of {whole} payments" if page.total else "no payment matches")
        if page.did_you_mean:
            out.note(f"did you mean: {page.did_you_mean}")
        if page.stale:
            out.note("stale: the last write does not show yet")


def _field(name: str) -> Column[PartialHit]:
    return Column(name, lambda hit: cell(record(hit).get(name)))


def _table(out: Output, columns: Sequence[Column[Row]], rows: Sequence[Row], title: str) -> None:
    if rows:
        out.table(columns, rows, title)


def _counts(found: Facets) -> Iterator[Record]:
    for by, counts in record(found).items():
        for each in counts if isinstance(counts, list) else ():
            yield {"by": by, **(each if isinstance(each, dict) else {})}


def _sums(answer: Statistics) -> Iterator[Record]:
    parts: dict[str, tuple[CurrencyTotal, ...]] = {
        "status": answer.status,
        "currency": answer.currency,
        "day": answer.daily,
    }
    for by, totals in parts.items():
        for total in totals:
            yield {"by": by, **record(total)}


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value not in (None, ())}
