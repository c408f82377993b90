"""`cqrs stats`."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

import click

from payments_client.answers import (
    Answer,
    CurrencyPercentiles,
    CurrencyRates,
    CurrencyTotal,
    DayTotal,
    PeriodStatistics,
    StatusTotal,
    StepTotal,
    UserTotal,
)
from payments_client.cli import views
from payments_client.cli.connect import connected
from payments_client.cli.filters import FILTERS, given_of
from payments_client.cli.output import Output, Record, names_of, printing, record, write_csv
from payments_client.client import PaymentsClient
from payments_client.parameters import Interval, Part

_ROWS = (CurrencyTotal, StatusTotal, DayTotal, StepTotal, UserTotal, CurrencyPercentiles, CurrencyRates)
_CSV = ["period", "by", *dict.fromkeys(name for model in _ROWS for name in names_of(model))]


@click.command()
@click.argument("q", required=False)
@FILTERS
@click.option("--interval", type=click.Choice(get_args(Interval)), help="A series of these instead of days.")
@click.option("--time-zone", metavar="Europe/Paris", help="Whose days these are; UTC by default.")
@click.option("--include", multiple=True, type=click.Choice(get_args(Part)), help="Show these too; repeat it.")
@click.option("--compare", type=click.Choice(["previous"]), help="Show the period before too.")
@connected
@printing
def stats(out: Output, payments: PaymentsClient, q: str | None, **given: Any) -> None:  # noqa: ANN401
    """Count and sum payments by status, by currency and over time."""
    answer = payments.statistics(q, **given_of(given))
    periods: dict[str, PeriodStatistics] = {"current": answer}
    if answer.previous:
        periods["previous"] = answer.previous
    if out.format == "json":
        out.one(answer)
    elif out.format == "csv":
        write_csv(_CSV, (row for period, of in periods.items() for row in _rows(period, of)))
    elif any(of.currency for of in periods.values()):
        for period, of in periods.items():
            _print(out, of, " (the period before)" if period == "previous" else "")
    else:
        out.note("no payment matches")


COMMANDS = (stats,)


def _print(out: Output, of: PeriodStatistics, when: str) -> None:
    out.table(views.BY_CURRENCY, of.currency, f"By currency{when}")
    out.table(views.BY_STATUS, of.status, f"By status{when}")
    out.table(views.BY_DAY, of.daily or (), f"By day{when}")
    out.table(views.BY_STEP, of.series or (), f"Over time{when}")
    out.table(views.PERCENTILES, of.percentiles or (), f"Amounts not exceeded{when}")
    out.table(views.RATES, of.rates or (), f"Rates{when}")
    out.table(views.BY_USER, of.top_users or (), f"Top users{when}")


def _rows(period: str, of: PeriodStatistics) -> Iterator[Record]:
    parts: dict[str, Sequence[Answer] | None] = {
        "status": of.status,
        "currency": of.currency,
        "daily": of.daily,
        "series": of.series,
        "percentiles": of.percentiles,
        "topUsers": of.top_users,
        "rates": of.rates,
    }
    for by, rows in parts.items():
        for row in rows or ():
            yield {"period": period, "by": by, **record(row)}
