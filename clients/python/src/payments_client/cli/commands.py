"""The commands that change something."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import click
from pydantic import JsonValue
from rich.console import Console

from payments_client.answers import ImportedLine
from payments_client.cli.connect import connected
from payments_client.cli.failures import REFUSED
from payments_client.cli.output import Column, Output, names_of, printing
from payments_client.client import PaymentsClient
from payments_client.imports import ImportSummary

_REJECTIONS: tuple[Column[ImportedLine], ...] = (
    Column("line", lambda each: str(each.line), right=True),
    Column("payment", lambda each: each.payment_id or ""),
    Column("rejected", lambda each: "; ".join(f"{error.field}: {error.message}" for error in each.errors)),
)


def _key(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--idempotency-key", metavar="KEY", help="Of an earlier try, to repeat it.")(command)


def _if_match(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--if-match", type=click.IntRange(1), metavar="VERSION", help="Only on this version.")(command)


@click.command()
@click.argument("amount")
@click.argument("currency")
@click.argument("description")
@click.option("--id", "payment_id", help="One is made by default.")
@click.option("--user", "user_id", help="The caller by default.")
@click.option("--tag", "tags", multiple=True, help="Repeat it for more.")
@click.option("--metadata", multiple=True, metavar="KEY=VALUE", help="Repeat it for more.")
@_key
@connected
@printing
def request(
    out: Output,
    payments: PaymentsClient,
    *,
    tags: tuple[str, ...],
    metadata: tuple[str, ...],
    **given: Any,  # noqa: ANN401
) -> None:
    """Request a payment: cqrs request 100.00 EUR "Blue mug" --id payment-123."""
    described: dict[str, JsonValue] = dict(_pair(each) for each in metadata)
    if tags:
        described["tags"] = list(tags)
    out.one(payments.request(**given, metadata=described or None))


@click.command()
@click.argument("payment_id")
@click.argument("amount")
@click.argument("currency")
@click.option("--processed-at", metavar="INSTANT", help="Now by default.")
@_if_match
@_key
@connected
@printing
def process(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Take the money; amount and currency as requested."""
    out.one(payments.process(**given))


@click.command()
@click.argument("payment_id")
@click.argument("error")
@_if_match
@_key
@connected
@printing
def fail(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Record why the money could not be taken."""
    out.one(payments.fail(**given))


@click.command()
@click.argument("payment_id")
@click.argument("amount")
@click.option("--reason", help="Why.")
@_if_match
@_key
@connected
@printing
def refund(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Give money back, all or a part of it."""
    out.one(payments.refund(**given))


@click.command()
@click.argument("payment_id")
@click.confirmation_option(prompt="Erase this payment for good?")
@_if_match
@_key
@connected
@printing
def delete(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Erase a payment and show it to nobody any more; needs the role admin."""
    out.one(payments.delete(**given))


@click.command("erase-user")
@click.argument("user_id")
@click.confirmation_option(prompt="Erase what is personal of all payments of this user for good?")
@_key
@connected
@printing
def erase_user(out: Output, payments: PaymentsClient, **given: Any) -> None:  # noqa: ANN401
    """Erase what is personal of a user's payments; needs the role admin."""
    out.one(payments.erase_user(**given))


@click.command("import")
@click.argument("file", type=click.File("rb"))
@_key
@connected
@printing
def import_(out: Output, payments: PaymentsClient, file: BinaryIO, idempotency_key: str | None) -> None:
    """Record payments that were completed elsewhere, from a file of NDJSON or from - for stdin.

    \b
    A line: {"paymentId": "p-1", "userId": "u-1", "amount": "100.00", "currency": "EUR",
             "description": "Blue mug", "processedAt": "2011-01-31T12:00:00Z"}

    Rejected lines are printed, and make the exit code 1. An import may be repeated.
    """  # noqa: D301  # as click needs it
    with Console(stderr=True, highlight=False).status("importing") as status:

        def progress(summary: ImportSummary) -> None:
            status.update(_counts(summary))

        summary = payments.import_payments(_lines(file), progress=progress, idempotency_key=idempotency_key)
    out.several(summary.rejections, _REJECTIONS, names_of(ImportedLine))
    click.echo(_counts(summary), err=True)
    if summary.rejected:
        click.get_current_context().exit(REFUSED)


COMMANDS = (request, process, fail, refund, delete, erase_user, import_)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    yield from file


def _counts(summary: ImportSummary) -> str:
    return f"{summary.accepted:,} accepted, {summary.duplicates:,} duplicates, {summary.rejected:,} rejected"


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter("must be KEY=VALUE", param_hint="--metadata")
    return key, value
