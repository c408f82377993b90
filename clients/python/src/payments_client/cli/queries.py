"""The commands that ask."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, get_args

import click

from payments_client.answers import (
    Facets,
    HistoryEntry,
    Hit,
    PartialHit,
    PaymentHit,
    PaymentPage,
    Suggestion,
)
from payments_client.cli import views
from payments_client.cli.connect import connected
from payments_client.cli.filters import FIELDS, FILTERS, SORT, fields_of, given_of
from payments_client.cli.output import Column, Output, Record, cell, names_of, printing, record, write_csv
from payments_client.client import PaymentsClient
from payments_client.pages import Search
from payments_client.parameters import Facet, Total

_PAGE = 200


AS_OF = click.option("--as-of", metavar="DAY", help="As it was recorded by the end of this day, or by this instant.")


@click.command()
@click.argument("q", required=False)
@FILTERS
@SORT
@AS_OF
@FIELDS
@click.option("--highlight", is_flag=True, help="Show where words match.")
@click.option("--total", type=click.Choice(get_args(Total)), help="bounded stops counting at 10,000.")
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
    names = fields_of(fields)
    if names:
        partly = payments.search(q, fields=names, page_size=size, **given_of(given))
        _print(out, partly, [_field(name) for name in names], names, most)
    else:
        wholly = payments.search(q, page_size=size, **given_of(given))
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
    found = payments.search(q, facets=by or get_args(Facet), page_size=1, **given_of(given)).page().facets or Facets()
    if out.format == "json":
        out.one(found)
    elif out.format == "csv":
        write_csv(["by", "value", "from", "to", "count"], _counts(found))
    else:
        for name, rows in (("status", found.status), ("currency", found.currency), ("tags", found.tags)):
            out.table(views.COUNTS, rows, name)
        out.table(views.AMOUNTS, found.amount, "amount")
        out.table(views.COUNTS, found.month, "month")


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


COMMANDS = (search, facets, get, history, suggest, freshness, health)


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


def _counts(found: Facets) -> Iterator[Record]:
    for by, counts in record(found).items():
        for each in counts if isinstance(counts, list) else ():
            yield {"by": by, **(each if isinstance(each, dict) else {})}
