"""The questions about log entries."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from query_app.cursors import Position
from query_app.language.tree import EVERYTHING, Bound, Node, Range, conjunction
from query_app.query import Query


class LogInterval(StrEnum):
    """How long each step of a histogram is; weeks begin on Monday."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Wanted:
    """Which entries: of the condition, `since` inclusive and `until` exclusive, both canonical UTC instants."""

    condition: Node = EVERYTHING
    since: str | None = None
    until: str | None = None

    def tree(self) -> Node:
        """All of it in one tree."""
        if not (self.since or self.until):
            return self.condition
        lower = Bound(self.since, inclusive=True) if self.since else None
        upper = Bound(self.until, inclusive=False) if self.until else None
        return conjunction([self.condition, Range("time", lower, upper)])


@dataclass(frozen=True)
class LogQuery(Query):
    """Base of the questions."""

    context: ClassVar[str] = "logs"

    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True)
class SearchLogs(LogQuery):
    """A page of the entries, the newest first."""

    limit: int = 100
    position: Position | None = None
    highlight: bool = False
    asked_at: datetime | None = field(default=None, repr=False, compare=False)
    """When its first page was asked for: what the text calls now. No part of the question, whose dates are resolved."""

    def question(self) -> bytes:
        """The question of all its pages."""
        return replace(self, position=None, limit=0, highlight=False).canonical()


@dataclass(frozen=True)
class CountLogs(LogQuery):
    """How many entries there are in each step of time, by level."""

    interval: LogInterval = LogInterval.HOUR
    time_zone: str = "UTC"


@dataclass(frozen=True)
class FindPatterns(LogQuery):
    """What the newest entries say, but for the values in it."""

    sample: int = 5_000
    limit: int = 50


@dataclass(frozen=True)
class FollowLogs(LogQuery):
    """Entries that came after a position, in the order of their coming; the latest ones without a position."""

    cacheable: ClassVar[bool] = False

    limit: int = 100
    wait_seconds: float = 0
    """How long to wait for the first of them."""
    position: Position | None = None
    asked_at: datetime | None = field(default=None, repr=False, compare=False)

    def question(self) -> bytes:
        """The question of all its calls."""
        return replace(self, position=None, limit=0, wait_seconds=0).canonical()
