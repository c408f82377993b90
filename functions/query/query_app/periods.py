"""Time as people count it: seconds to years of a time zone, and the period before. Pure.

A day of a zone may have 23 or 25 hours, and may begin at one o'clock.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.domain.instants import iso
from common.errors import FieldError, Invalid

FIRST_YEAR, LAST_YEAR = 1000, 8999
"""Of the instants in a filter: four digits each, in every zone."""
MAX_ROWS = 10_000
"""Of a series: a year of hours in one currency, or 27 years of days."""

_NAME = re.compile(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}")
_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND, _MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_DATE, _DATE_AND_HOUR = len("2011-01-31"), len("2011-01-31T12")
_TOLD, _NO_OFFSET = len("2011-01-31T12:00:00.000+01:00"), "+00:00"
_EXACT = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": _HOUR}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LENGTH = {
    **_EXACT,
    "day": _DAY,
    "week": 7 * _DAY,
    "month": 28 * _DAY,
    "quarter": 90 * _DAY,
    "year": 365 * _DAY,
}


def zone_of(text: str) -> tzinfo:
    """The zone of an IANA name or of an offset. Raises ValueError with a sentence that says what to do."""
    if text == "UTC":
        return UTC
    if offset := _OFFSET.fullmatch(text):
        sign, hours, minutes = offset.groups()
        return timezone(int(f"{sign}1") * timedelta(hours=int(hours), minutes=int(minutes)))
    try:
        if _NAME.fullmatch(text):
            return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        pass
    raise ValueError("must be an IANA name such as Europe/Paris, UTC, or an offset such as +05:30 (%2B05:30 in a URL)")


def told(instant: datetime, zone: tzinfo) -> str:
    """An RFC 3339 instant with the zone's offset; in UTC where there is none, or was one of odd seconds."""
    if zone is UTC:
        return iso(instant)
    text = instant.astimezone(zone).isoformat(timespec="milliseconds")
    return text if len(text) == _TOLD and not text.endswith(_NO_OFFSET) else iso(instant)


def evenly(first: datetime, length: timedelta, count: int) -> list[str]:
    """Instants in UTC as texts, so far from one another, which is whole days or goes into a day or an hour.

    The first one is so many such lengths behind midnight.
    """
    if length >= _DAY:
        return [iso(first + number * length) for number in range(count)]
    # Formatting each by itself would take longer than all the rest of an answer.
    part, end = (_HOUR, _DATE_AND_HOUR) if length < _MINUTE else (_DAY, _DATE)
    endings = _endings(length, part, end)
    begun = first - (first - _EPOCH) % part
    skipped = (first - begun) // length
    texts: list[str] = []
    while len(texts) < count:
        beginning = iso(begun)[:end]
        texts += [beginning + ending for ending in endings[skipped : skipped + count - len(texts)]]
        begun, skipped = begun + part, 0
    return texts


def milliseconds(instant: datetime) -> int:
    """Since 1970, as OpenSearch counts."""
    return (instant - _EPOCH) // _MILLISECOND


def instant_of(since_1970: int) -> datetime:
    """Of milliseconds."""
    return _EPOCH + since_1970 * _MILLISECOND


def steps(first: datetime, last: datetime, interval: str, zone: tzinfo, known: Collection[int]) -> Mapping[int, str]:
    """Each step by when it begins, in milliseconds since 1970, and as `told`: the earliest first.

    What the engine knows has the last word, should its tables of time zones be of another year than ours. Raises
    Invalid when there are more than MAX_ROWS.
    """
    length = _EXACT.get(interval)
    if length and zone is UTC:
        _require_few_steps(first, last, interval)
        first -= (first - _EPOCH) % length
        begin = range(milliseconds(first), milliseconds(last) + 1, length // _MILLISECOND)
        if all(each in begin for each in known):
            return dict(zip(begin, evenly(first, length, len(begin)), strict=True))
    begins = sorted({*starts(first, last, interval, zone), *map(instant_of, known)})
    return {milliseconds(each): told(each, zone) for each in begins}


def starts(first: datetime, last: datetime, interval: str, zone: tzinfo) -> Iterator[datetime]:
    """When each step begins, in UTC: from the one that holds the first instant to the one that holds the last.

    Raises Invalid when there are more than MAX_ROWS.
    """
    _require_few_steps(first, last, interval)
    exact = _EXACT.get(interval)
    walk = _exact(first, exact, zone) if exact else _dates(first, interval, zone)
    return takewhile(lambda start: start <= last, walk)


def require_short(since: str | None, until: str | None, interval: str | None) -> None:
    """Raises Invalid, before anything is asked, for a time of more steps than an answer takes."""
    if since and until and interval:
        _require_few_steps(datetime.fromisoformat(since), datetime.fromisoformat(until), interval)


def require_few(rows: int, what: str) -> None:
    """Raises Invalid for more rows than an answer takes."""
    if rows > MAX_ROWS:
        advice = f"would make {rows} {what} and may make {MAX_ROWS}: "
        advice += "ask for a longer interval, a shorter time by from and to, or fewer currencies"
        raise Invalid("The series would be too long.", [FieldError("interval", advice)])


def _require_few_steps(first: datetime, last: datetime, interval: str) -> None:
    require_few((last - first) // _LENGTH[interval] + 1, f"{interval}s")


def period_before(since: datetime, until: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """As many whole months of the zone if it is whole months, else as many whole days, else exactly as long.

    Raises Invalid when there is no such time.
    """
    try:
        start = _start_of_period_before(since, until, zone)
    except (OverflowError, ValueError):
        start = datetime.min.replace(tzinfo=UTC)
    if start.year < FIRST_YEAR:
        raise Invalid("There is no such period before.", [FieldError("from", "name a shorter time to compare")])
    return start, since


def _start_of_period_before(since: datetime, until: datetime, zone: tzinfo) -> datetime:
    first, end = since.astimezone(zone).date(), until.astimezone(zone).date()
    if (_midnight(first, zone), _midnight(end, zone)) != (since, until):
        return since - (until - since)
    if first.day == end.day == 1:
        return _midnight(_months_later(first, (first.year - end.year) * 12 + first.month - end.month), zone)
    return _midnight(first - (end - first), zone)


def _exact(first: datetime, step: timedelta, zone: tzinfo) -> Iterator[datetime]:
    instant = first
    while True:
        local = instant.astimezone(zone)
        if local.minute or local.second or local.microsecond:
            within_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            instant -= within_hour % step
        yield instant
        instant += step


def _dates(first: datetime, interval: str, zone: tzinfo) -> Iterator[datetime]:
    day = first.astimezone(zone).date()
    if interval == "week":
        day -= timedelta(days=day.weekday())
    elif months := _MONTHS.get(interval):
        day = day.replace(day=1, month=day.month - (day.month - 1) % months)
    while True:
        yield _midnight(day, zone)
        day = _months_later(day, months) if (months := _MONTHS.get(interval)) else day + _LENGTH[interval]


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins: at the first midnight of two, or where midnight is skipped, at the leap."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


@cache
def _endings(length: timedelta, part: timedelta, end: int) -> list[str]:
    """What stands behind the date, or the date and the hour, for each step of a day or an hour."""
    return [iso(_EPOCH + number * length)[end:] for number in range(part // length)]
