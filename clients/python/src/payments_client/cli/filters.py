"""The options that say which payments are meant."""

from collections.abc import Callable
from typing import Any, get_args

import click

from payments_client.parameters import Sort, Status


def options(*declared: Callable[[Any], Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Several options as one decorator; none that is left out reaches the command."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(declared):
            command = option(command)
        return command

    return add


FILTERS = options(
    click.option("--status", multiple=True, type=click.Choice(get_args(Status)), help="Any of these; repeat it."),
    click.option("--currency", multiple=True, metavar="EUR", help="Any of these; repeat it."),
    click.option("--min-amount", metavar="10.00", help="At least this, whatever the currency."),
    click.option("--max-amount", metavar="99.99", help="At most this, whatever the currency."),
    click.option("--from", "from_", metavar="DAY", help="Processed not before this day or instant."),
    click.option("--to", metavar="DAY", help="Processed up to the end of this day, or before this instant."),
)


SORT = click.option("--sort", type=click.Choice(get_args(Sort)), help="A minus is descending.")
FIELDS = click.option("--fields", multiple=True, metavar="amount", help="Only these; repeat it, or separate by commas.")


def fields_of(given: tuple[str, ...]) -> list[str]:
    """The fields that were named."""
    return [name.strip() for each in given for name in each.split(",")]


def given_of(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value not in (None, (), False)}
