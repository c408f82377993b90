"""Log entries: what became of those that were sent, and what is asked of those that are there."""

from datetime import date, datetime
from typing import Literal

from pydantic import JsonValue

from payments_client.answers.base import Answer, Fresh

Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]
RetentionDays = Literal[7, 30, 90, 365]


class EntryProblem(Answer):
    """What is wrong with a field of an entry."""

    field: str
    message: str


class SentEntry(Answer):
    """What became of one entry, or point of a metric."""

    entry: int
    id: str | None
    outcome: Literal["accepted", "rejected", "failed"]
    """failed: it is not in the queue, send it again."""
    errors: tuple[EntryProblem, ...] = ()


class Sent(Answer):
    """What became of the entries, or points, of one call."""

    accepted: int
    rejected: int
    failed: int
    results: tuple[SentEntry, ...]


class LogEntry(Answer):
    """A log entry."""

    id: str
    timestamp: datetime
    level: Level
    service: str
    message: str
    host: str | None = None
    trace_id: str | None = None
    correlation_id: str | None = None
    attributes: dict[str, JsonValue] = {}
    stack_trace: str | None = None
    received_at: datetime
    indexed_at: datetime


class LogHit(LogEntry):
    """An entry that was found."""

    highlights: dict[str, tuple[str, ...]] = {}
    """With `highlight`: HTML texts of the fields that match, what matches within `em`."""


class LogPage(Fresh):
    """A page of a search, the newest entries first."""

    entries: tuple[LogHit, ...]
    total: int
    total_relation: Literal["eq", "gte"]
    next_cursor: str | None
    prev_cursor: str | None


class LogStep(Answer):
    """One step of a histogram."""

    start: datetime
    count: int
    levels: dict[str, int]


class LogHistogram(Fresh):
    """How many entries there are, by time and level."""

    interval: str
    total: int
    levels: dict[str, int]
    steps: tuple[LogStep, ...]


class LogExample(Answer):
    """An entry in short."""

    id: str
    timestamp: datetime
    level: Level
    service: str
    message: str


class LogPattern(Answer):
    """Entries that say the same, but for the values in it, which are `<*>`."""

    template: str
    count: int
    levels: dict[str, int]
    services: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    example: LogExample


class LogPatterns(Fresh):
    """What the newest entries say, those of most entries first."""

    patterns: tuple[LogPattern, ...]
    sampled: int
    total: int
    total_relation: Literal["eq", "gte"]


class LogTail(Fresh):
    """Entries in the order of their coming."""

    entries: tuple[LogEntry, ...]
    after: str
    """Where to go on."""


class RetentionChange(Answer):
    """A change that is to come."""

    since: date
    retention_days: RetentionDays


class LogSettings(Answer):
    """How long entries are kept."""

    retention_days: RetentionDays
    changes: tuple[RetentionChange, ...]
