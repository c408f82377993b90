"""A date as it is typed, as the span of time that it names."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import ConfigDict, TypeAdapter, ValidationError

from common.domain.model import Timestamp

EXPECTED = (
    "a day, month or year such as 2011-01-31, 2011-01 or 2011, an instant such as 2011-01-31T12:00:00Z, "
    "or now, now-3h, now-7d, now-2w"
)
MINUTE = timedelta(minutes=1)
_FIRST_YEAR, _LAST_YEAR = 1000, 8999
_CALENDAR = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_RELATIVE = re.compile(r"now(?:-([0-9]{1,6})([mhdw]))?")
_UNITS = {"m": MINUTE, "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Timestamp, config=ConfigDict(defer_build=True))


@dataclass(frozen=True)
class Span:
    """From `start` on, up to and without `end`."""

    start: datetime
    end: datetime
    relative: bool = False
    """Somewhere in that minute: `now` is known to the minute, so that a question asked again is the same question."""


def span(text: str, minute: datetime) -> Span:
    """What `text` names, `minute` being the one that it is now. Raises ValueError for what is no date."""
    relative, calendar = _RELATIVE.fullmatch(text.lower()), _CALENDAR.fullmatch(text)
    try:
        if relative:
            count, unit = relative.groups()
            start = minute - int(count) * _UNITS[unit] if count else minute
            found = Span(start, start + MINUTE, relative=True)
        elif calendar:
            found = _named(*calendar.groups())
        else:
            start = _INSTANT.validate_python(text)
            found = Span(start, start + timedelta(milliseconds=1 if "." in text else 1_000))
    except (ValueError, ValidationError, OverflowError):
        raise ValueError(EXPECTED) from None
    if not _FIRST_YEAR <= found.start.year <= _LAST_YEAR:
        raise ValueError(f"a date within the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return found


def _named(year: str, month: str | None, day: str | None) -> Span:
    first = date(int(year), int(month or 1), int(day or 1))
    if day:
        last = first
    elif month:
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    else:
        last = first.replace(month=12, day=31)
    return Span(_midnight(first), _midnight(last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
