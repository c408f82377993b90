"""Days and instants as parameters name them, in a time zone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError

from common.domain.instants import iso
from common.domain.model import Timestamp
from common.errors import FieldError, Invalid
from query_app.periods import FIRST_YEAR, LAST_YEAR, zone_of

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Timestamp, config=ConfigDict(defer_build=True))
Read = Callable[[str, tzinfo], datetime]


def start_of(text: str, zone: tzinfo = UTC) -> datetime:
    """An instant, or when a day of the zone begins. Raises ValueError with a sentence that says what to do."""
    return _instant(text, zone, day_offset=0)


def end_of(text: str, zone: tzinfo = UTC) -> datetime:
    """An instant, or when a day of the zone has ended. Raises ValueError with a sentence that says what to do."""
    return _instant(text, zone, day_offset=1)


def readable(read: Callable[[str], object]) -> AfterValidator:
    """A text that can be read, left as it is: it may mean another instant in another zone."""

    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


def times(since: str | None, until: str | None, time_zone: str) -> tuple[str | None, str | None]:
    """Both ends in UTC. Raises Invalid."""
    zone = zone_of(time_zone)
    return _in_zone("from", since, start_of, zone), _in_zone("to", until, end_of, zone)


def require_some_time(since: str | None, until: str | None) -> None:
    """Raises Invalid when the time ends before it begins."""
    if since and until and since >= until:
        raise Invalid("The range of time is empty.", [FieldError("to", "must be after from")])


Start = Annotated[str, AfterValidator(lambda text: iso(start_of(text)))]
End = Annotated[str, AfterValidator(lambda text: iso(end_of(text)))]


def _in_zone(field: str, text: str | None, read: Read, zone: tzinfo) -> str | None:
    if text is None:
        return None
    try:
        return iso(read(text, zone))
    except ValueError as exc:
        raise Invalid("The time cannot be told in this zone.", [FieldError(field, str(exc))]) from exc


def _instant(text: str, zone: tzinfo, day_offset: int) -> datetime:
    try:
        if DAY.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=day_offset)
            instant = datetime.combine(day, time.min, zone).astimezone(UTC)
        else:
            instant = _INSTANT.validate_python(text)
    except (ValueError, ValidationError, OverflowError):
        raise ValueError("must be a day such as 2011-01-31 or an instant such as 2011-01-31T12:00:00Z") from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"must lie within the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant
