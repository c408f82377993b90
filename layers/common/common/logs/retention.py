"""How long an organization's entries are kept, and since which of their days.

Entries of one day lie in an index of that day and of how long it is kept, so what is kept for a day must never change
once entries of it may come: the same entry sent again would lie in another index. So a change is for days to come.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile

from pydantic import Field

from common.domain.model import WireModel
from common.logs.days import CLASSES, Days

DEFAULT: Days = 30
AHEAD = timedelta(minutes=5)
"""How far ahead of our clock an entry may be."""
REMEMBERED = timedelta(minutes=5)
"""How long a function may go by what it read of the settings."""


class Kept(WireModel):
    """Entries of `since` and later, up to the next such rule, are kept for so many days."""

    since: date
    days: Days


class Retention(WireModel):
    """Rules by their days, the oldest first; before the first one the default holds."""

    rules: tuple[Kept, ...] = Field(default=())

    def days_of(self, day: date) -> Days:
        """How long the entries of a day are kept."""
        before = list(takewhile(lambda rule: rule.since <= day, self.rules))
        return before[-1].days if before else DEFAULT

    def changed(self, days: Days, at: datetime) -> "Retention":
        """From the first day on of which nothing can have come yet; rules that no longer matter are dropped."""
        since = (at + AHEAD + REMEMBERED).date() + timedelta(days=1)
        kept = [rule for rule in self.rules if rule.since < since]
        return Retention(rules=(*_needed(kept, at.date() - timedelta(days=max(CLASSES))), Kept(since=since, days=days)))


def _needed(rules: Sequence[Kept], oldest: date) -> Sequence[Kept]:
    """Those that hold for a day from `oldest` on."""
    ends = [*(rule.since for rule in rules[1:]), date.max]
    return [rule for rule, end in zip(rules, ends, strict=False) if end > oldest]
