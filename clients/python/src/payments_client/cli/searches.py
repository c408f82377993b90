"""`cqrs searches`."""

from itertools import islice
from typing import Any

import click

from payments_client.answers import PaymentHit, SavedSearch
from payments_client.cli import views
from payments_client.cli.connect import connected
from payments_client.cli.filters import FILTERS, SORT, given_of
from payments_client.cli.output import Column, Output, cell, names_of, printing, record
from payments_client.client import PaymentsClient

_PAGE = 200


@click.group()
def searches() -> None:
    """Keep searches by a name; each can be an alert."""


@searches.command("list")
@connected
@printing
def list_(out: Output, payments: PaymentsClient) -> None:
    """Show your own and the shared ones."""
    out.several(payments.searches.list().searches, _SEARCHES, names_of(SavedSearch))


@searches.command()
@click.argument("name")
@click.argument("q", required=False)
@FILTERS
@SORT
@click.option("--shared", is_flag=True, help="The whole organization may use it.")
@click.option("--alert", is_flag=True, help="Tell of new payments that match.")
@connected
@printing
def save(out: Output, payments: PaymentsClient, name: str, q: str | None, **given: Any) -> None:  # noqa: ANN401
    """Keep a search: cqrs searches save "Big refunds" "status:refunded amount>=500" --alert."""
    out.one(payments.searches.save(name, q, **given_of(given)))


@searches.command()
@click.argument("search_id")
@click.argument("name")
@click.argument("q", required=False)
@FILTERS
@SORT
@click.option("--shared", is_flag=True, help="The whole organization may use it.")
@click.option("--alert", is_flag=True, help="Tell of new payments that match.")
@click.option("--if-match", type=click.IntRange(1), metavar="VERSION", help="Only this version.")
@connected
@printing
def replace(  # one argument an argument
    out: Output,
    payments: PaymentsClient,
    search_id: str,
    name: str,
    q: str | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Put another search in the place of one."""
    out.one(payments.searches.replace(search_id, name, q, **given_of(given)))


@searches.command()
@click.argument("search_id")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many payments.")
@connected
@printing
def run(out: Output, payments: PaymentsClient, search_id: str, limit: int) -> None:
    """Find the payments that match one now."""
    found = payments.searches.run(payments.searches.get(search_id), page_size=min(limit, _PAGE))
    out.several(islice(found, limit), views.PAYMENTS, names_of(PaymentHit))


@searches.command()
@click.argument("search_id")
@click.option("--if-match", type=click.IntRange(1), metavar="VERSION", help="Only this version.")
@connected
@printing
def delete(out: Output, payments: PaymentsClient, search_id: str, if_match: int | None) -> None:
    """Keep one no longer, and show what it was."""
    out.one(payments.searches.delete(search_id, if_match=if_match))


COMMANDS = (searches,)


def _for_whom(saved: SavedSearch) -> str:
    return ", ".join(what for what, is_so in (("shared", saved.shared), ("alert", saved.alert)) if is_so)


_SEARCHES: tuple[Column[SavedSearch], ...] = (
    Column("search", lambda each: each.search_id, narrow=20),
    Column("name", lambda each: each.name, narrow=20),
    Column("", _for_whom),
    Column("query", lambda each: cell(record(each)["query"]), gives=True),
)
