"""How long the steps of a series are, which roll-ups they are made of, and when they begin. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from common.errors import FieldError, Invalid
from common.metrics.index import SURELY_KEPT
from common.metrics.rollups import Level
from query_app.periods import evenly

MAX_STEPS = 1_500
"""A day of minutes, two months of hours, four years of days."""
FEW_STEPS = 300
"""As many as a chart shows."""
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


class StepLength(StrEnum):
    """The length of a step; weeks begin on Monday, days at midnight in UTC."""

    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    QUARTER = "15m"
    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "1d"
    WEEK = "7d"

    @property
    def length(self) -> timedelta:
        """Of each step."""
        number, unit = int(self[:-1]), {"m": "minutes", "h": "hours", "d": "days"}[self[-1]]
        return timedelta(**{unit: number})

    @property
    def level(self) -> Level:
        """The longest roll-ups that such steps are made of."""
        return next(level for level in reversed(Level) if not self.length % level.length)


@dataclass(frozen=True)
class Steps:
    """From the first one's beginning to the last one's end."""

    interval: StepLength
    first: datetime
    end: datetime

    def starts(self) -> list[str]:
        """When each begins, in UTC."""
        return evenly(self.first, self.interval.length, self.count)

    @property
    def count(self) -> int:
        """How many there are."""
        return (self.end - self.first) // self.interval.length

    @property
    def offset_days(self) -> int:
        """From 1970 to where the first step would begin, for weeks."""
        return 4 if self.interval is StepLength.WEEK else 0


def steps(since: datetime, until: datetime, interval: StepLength | None, now: datetime) -> Steps:
    """Those that cover the time. Without an interval, the shortest of which there are few and the roll-ups are there.

    Raises Invalid for more than an answer takes.
    """
    if interval is None:
        oldest = now - since
        there = [each for each in StepLength if oldest <= SURELY_KEPT[each.level]] or [StepLength.WEEK]
        few = (each for each in there if _covering(since, until, each).count <= FEW_STEPS)
        interval = next(few, StepLength.WEEK)
    found = _covering(since, until, interval)
    if found.count > MAX_STEPS:
        advice = f"would make {found.count} steps and may make {MAX_STEPS}: name a longer one, or a shorter time"
        raise Invalid("The series would be too long.", [FieldError("interval", advice)])
    return found


def _covering(since: datetime, until: datetime, interval: StepLength) -> Steps:
    first = since - (since - _MONDAY) % interval.length
    whole = -((first - until) // interval.length)
    return Steps(interval, first, first + whole * interval.length)
