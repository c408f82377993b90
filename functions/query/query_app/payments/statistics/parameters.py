"""The query parameters of statistics alone; days are those of the time zone."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AfterValidator

from common.domain.model import iso
from common.errors import FieldError, Invalid
from query_app.payments import parameters as p
from query_app.payments.statistics.periods import zone_of
from query_app.payments.statistics.query import Interval, Part

Read = Callable[[str, tzinfo], datetime]


def _readable(read: Callable[[str], object]) -> AfterValidator:
    """A text that can be read, left as it is: it may mean another instant in another zone."""

    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


From = Annotated[
    Annotated[str, _readable(p.start_of)] | None,
    Query(alias="from", description="processedAt not before this day or RFC 3339 instant", examples=["2011-01-01"]),
]
To = Annotated[
    Annotated[str, _readable(p.end_of)] | None,
    Query(
        alias="to",
        description="processedAt before this RFC 3339 instant, or up to the end of this day",
        examples=["2011-01-31"],
    ),
]
Every = Annotated[
    Interval | None, Query(alias="interval", description="Tell a series with a row for each of these, instead of days")
]
TimeZone = Annotated[
    Annotated[str, _readable(zone_of)],
    Query(
        alias="timeZone",
        description="Whose hours, days, weeks (from Monday), months and years: an IANA name, or an offset as +05:30",
        examples=["Europe/Paris"],
    ),
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
    zone = zone_of(time_zone)
    if compare:
        missing = [name for name, text in (("from", since), ("to", until)) if not text]
        if missing:
            advice = "name both ends of the time that is to be compared with the one before"
            raise Invalid("A comparison needs both ends.", [FieldError(name, advice) for name in missing])
    return _in_zone("from", since, p.start_of, zone), _in_zone("to", until, p.end_of, zone)


def _in_zone(field: str, text: str | None, read: Read, zone: tzinfo) -> str | None:
    if text is None:
        return None
    try:
        return iso(read(text, zone))
    except ValueError as exc:
        raise Invalid("The time cannot be told in this zone.", [FieldError(field, str(exc))]) from exc
