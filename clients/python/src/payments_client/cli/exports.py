"""`cqrs export` and `cqrs exports`."""

import sys
from pathlib import Path
from typing import Any, BinaryIO, get_args

import click
from rich.console import Console

from payments_client.answers import Export
from payments_client.cli.connect import connected
from payments_client.cli.failures import REFUSED, say
from payments_client.cli.filters import FIELDS, FILTERS, SORT, fields_of, given_of
from payments_client.cli.output import Column, Output, names_of, printing
from payments_client.client import PaymentsClient
from payments_client.parameters import ExportFormat


@click.command()
@click.argument("q", required=False)
@FILTERS
@SORT
@FIELDS
@click.option("--format", type=click.Choice(get_args(ExportFormat)), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; stdout by default.")
@connected
def export(payments: PaymentsClient, q: str | None, *, output: Path | None, **given: Any) -> None:  # noqa: ANN401
    """Write all payments that match into a file, however many: cqrs export "mug" --output mugs.csv."""
    fields = fields_of(given.pop("fields"))
    started = payments.exports.start(given.pop("format"), q, fields=fields or None, **given_of(given))
    finished = _written(payments, started.export_id, output)
    if finished.reason is not None:
        say(finished.reason)
        click.get_current_context().exit(REFUSED)
    click.echo(f"{finished.written:,} payments", err=True)


@click.command()
@connected
@printing
def exports(out: Output, payments: PaymentsClient) -> None:
    """Show your newest exports."""
    out.several(payments.exports.list().exports, _EXPORTS, names_of(Export))


COMMANDS = (export, exports)


def _written(payments: PaymentsClient, export_id: str, output: Path | None) -> Export:
    """The file is there whole or not at all."""
    if output is None:
        return _downloaded(payments, export_id, sys.stdout.buffer)
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            finished = _downloaded(payments, export_id, file)
        if finished.reason is None:
            part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return finished


def _downloaded(payments: PaymentsClient, export_id: str, file: BinaryIO) -> Export:
    with Console(stderr=True, highlight=False).status("waiting for its turn") as status:
        return payments.exports.download(export_id, file, progress=lambda export: status.update(_far(export)))


def _far(export: Export) -> str:
    return f"{export.written:,}" if export.total is None else f"{export.written:,} of {export.total:,}"


_EXPORTS: tuple[Column[Export], ...] = (
    Column("export", lambda each: each.export_id),
    Column("status", lambda each: each.status),
    Column("payments", _far, right=True),
    Column("asked for", lambda each: each.created_at.isoformat(" ", "minutes").removesuffix("+00:00"), right=True),
    Column("format", lambda each: each.format),
)
