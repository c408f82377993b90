"""What statistics answer, for the OpenAPI description."""

from pydantic import Field

from common.model import WireModel
from common.payments import Status
from query_app.payments.answers import Fresh


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
    """Payments of one currency processed on one UTC day."""

    date: str


class StatisticsAnswer(Fresh):
    """Counts and sums; never over several currencies."""

    status: list[StatusTotal]
    currency: list[CurrencyTotal]
    daily: list[DayTotal]
