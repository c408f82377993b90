"""The question for counts and sums."""

from dataclasses import dataclass, field
from enum import StrEnum

from query_app.payments.filters import Filters
from query_app.query import Query


class Interval(StrEnum):
    """How long each step of a series is; weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Part(StrEnum):
    """What statistics tell only when asked."""

    PERCENTILES = "percentiles"
    TOP_USERS = "topUsers"
    RATES = "rates"


@dataclass(frozen=True)
class GetStatistics(Query):
    """Counts and sums of the payments that pass the filters.

    Without an interval they are also told by day, days without payments left out. `time_zone` is an IANA name or an
    offset such as `+05:30`. With `compared`, the period before is told as well; it needs both ends of the time.
    """

    filters: Filters = field(default_factory=Filters)
    interval: Interval | None = None
    time_zone: str = "UTC"
    parts: tuple[Part, ...] = ()
    compared: bool = False
