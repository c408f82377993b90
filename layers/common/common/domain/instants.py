"""Instants in UTC, exact to the millisecond, and the one form that they are written in."""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

_DIGITS: Final = str.maketrans("123456789", "0" * 9)
of_iso: Final = datetime.fromisoformat
"""The instant that `iso` wrote. Bound here once: of thousands, finding it would take as long as reading them."""


def utc_milliseconds(value: datetime) -> datetime:
    """An instant that names its offset, as ours. Raises ValueError with a sentence that says what to do."""
    if value.tzinfo is None:
        raise ValueError('must name its offset, such as "2011-01-31T00:00:00Z"')
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie within the years 1 to 9999") from None
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def now() -> datetime:
    """The present instant."""
    return utc_milliseconds(datetime.now(UTC))


def iso(value: datetime) -> str:
    """UTC with milliseconds: `2011-01-31T00:00:00.000Z`."""
    return value.isoformat(timespec="milliseconds")[:23] + "Z"


def must_be_instant(text: str) -> None:
    """Raise ValueError for anything but an instant, written as `iso` writes it."""
    of_iso(text)
    # It reads other forms of ISO 8601 as well.
    if len(text) != 24 or text[4:20:3] != "--T::." or text[23] != "Z":
        raise ValueError("is no instant as we write them")


def must_be_instants(texts: Sequence[str]) -> None:
    """The same of many, which takes a fraction of looking at each."""
    deque(map(of_iso, texts), maxlen=0)
    if "".join(texts).translate(_DIGITS) != "0000-00-00T00:00:00.000Z" * len(texts):
        raise ValueError("are no instants as we write them")


def is_instant(text: str) -> bool:
    """Whether it is an instant, written as `iso` writes it."""
    try:
        must_be_instant(text)
    except ValueError:
        return False
    return True
