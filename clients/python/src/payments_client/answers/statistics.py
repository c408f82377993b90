"""Counts and sums."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from payments_client.answers.base import Answer, Fresh


class CurrencyTotal(Answer):
    """Payments of one currency."""

    currency: str
    count: int
    sum: Decimal


class StatusTotal(CurrencyTotal):
    """Payments of one status and currency."""

    status: str
    average: Decimal


class DayTotal(CurrencyTotal):
    """Payments of one currency processed on one day of the time zone."""

    date: date


class StepTotal(CurrencyTotal):
    """Payments of one currency processed in one step of the series."""

    start: datetime


class UserTotal(CurrencyTotal):
    """Payments of one user and currency."""

    user_id: str


class CurrencyPercentiles(Answer):
    """Amounts that so many percent of a currency's payments do not exceed."""

    currency: str
    p50: Decimal
    p90: Decimal
    p95: Decimal
    p99: Decimal


class CurrencyRates(Answer):
    """How the payments of one currency ended; a rate of no payments is None."""

    currency: str
    count: int
    failed: int
    refunded: int
    failure_rate: Decimal | None
    refund_rate: Decimal | None


class PeriodStatistics(Answer):
    """Counts and exact sums; None is what was not asked for. There are days, or a series with an interval."""

    status: tuple[StatusTotal, ...]
    currency: tuple[CurrencyTotal, ...]
    daily: tuple[DayTotal, ...] | None = None
    series: tuple[StepTotal, ...] | None = None
    percentiles: tuple[CurrencyPercentiles, ...] | None = None
    top_users: tuple[UserTotal, ...] | None = None
    rates: tuple[CurrencyRates, ...] | None = None


class PreviousStatistics(PeriodStatistics):
    """The period before, `to` not included."""

    from_: datetime = Field(alias="from")
    to: datetime


class Statistics(PeriodStatistics, Fresh):
    """Counts and exact sums of the payments that match."""

    previous: PreviousStatistics | None = None
