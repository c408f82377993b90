"""The query parameters of statistics alone; days are those of the time zone."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from common.errors import FieldError, Invalid
from query_app import instants
from query_app.payments.statistics.query import Interval, Part

From = Annotated[
    Annotated[str, instants.readable(instants.start_of)] | None,
    Query(alias="from", description="processedAt not before this day or RFC 3339 instant", examples=["2011-01-01"]),
]
To = Annotated[
    Annotated[str, instants.readable(instants.end_of)] | None,
    Query(
        alias="to",
        description="processedAt before this RFC 3339 instant, or up to the end of this day",
        examples=["2011-01-31"],
    ),
]
Every = Annotated[
    Interval | None, Query(alias="interval", description="Tell a series with a row for each of these, instead of days")
]
Include = Annotated[
    list[Part] | None, Query(alias="include", description="What else to tell: repeat it, or separate by commas")
]
Compare = Annotated[
    Literal["previous"] | None,
    Query(
        alias="compare",
        description="Tell the same of the period before: as many whole months or days of the zone, or exactly as long",
    ),
]


def times(since: str | None, until: str | None, time_zone: str, compare: str | None) -> tuple[str | None, str | None]:
    """Both ends in UTC. Raises Invalid, also when there is nothing to compare."""
    if compare:
        missing = [name for name, text in (("from", since), ("to", until)) if not text]
        if missing:
            advice = "name both ends of the time that is to be compared with the one before"
            raise Invalid("A comparison needs both ends.", [FieldError(name, advice) for name in missing])
    return instants.times(since, until, time_zone)
