"""What statistics answer, for the OpenAPI description."""

from http import HTTPStatus

from pydantic import Field

from common.domain.model import WireModel
from common.edge.openapi import responses
from common.payments.state import Status
from query_app.answers import Fresh


class CurrencyTotal(WireModel):
    """Payments of one currency."""

    currency: str
    count: int
    sum: str = Field(description="Exact, a decimal string")


class StatusTotal(CurrencyTotal):
    """Payments of one status and currency."""

    status: Status
    average: str = Field(description="To the currency's decimals, a half to the even neighbour")


class DayTotal(CurrencyTotal):
    """Payments of one currency processed on one day of the time zone; there is a row only where there are some."""

    date: str


class StepTotal(CurrencyTotal):
    """Payments of one currency processed in one step of the series; every step has a row for every currency."""

    start: str = Field(description="When the step begins, with the time zone's offset")


class UserTotal(CurrencyTotal):
    """Payments of one user and currency."""

    user_id: str


class CurrencyPercentiles(WireModel):
    """Amounts that so many percent of a currency's payments do not exceed; ranks are exact to 0.1 percent."""

    currency: str
    p50: str
    p90: str
    p95: str
    p99: str


class CurrencyRates(WireModel):
    """How the payments of one currency ended; a rate is a decimal string to four decimals, null of no payments."""

    currency: str
    count: int = Field(description="Payments that came to an end: failed, completed or refunded")
    failed: int
    refunded: int = Field(description="In whole or in part")
    failure_rate: str | None = Field(description="failed / count", examples=["0.0312"])
    refund_rate: str | None = Field(description="refunded / (count - failed)", examples=["0.0105"])


class Statistics(WireModel):
    """Counts and sums; never over several currencies."""

    status: list[StatusTotal]
    currency: list[CurrencyTotal]
    daily: list[DayTotal] | None = Field(None, description="Without an interval")
    series: list[StepTotal] | None = Field(None, description="With an interval")
    percentiles: list[CurrencyPercentiles] | None = Field(None, description="When included")
    top_users: list[UserTotal] | None = Field(
        None, description="When included: the ten of each currency with the largest sums, largest first"
    )
    rates: list[CurrencyRates] | None = Field(None, description="When included")


class PreviousStatistics(Statistics):
    """The period before."""

    from_: str = Field(alias="from", description="Its beginning")
    to: str = Field(description="Its end, exclusive")


class StatisticsAnswer(Fresh, Statistics):
    """Counts and sums; never over several currencies."""

    previous: PreviousStatistics | None = Field(None, description="With compare=previous")


ANSWERS = {
    "getPaymentStatistics": responses(HTTPStatus.OK, StatisticsAnswer, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN),
}
"""By operation."""
