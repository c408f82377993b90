"""What questions about log entries answer, for the OpenAPI description."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from common.domain.model import JsonObject, Timestamp, WireModel
from common.edge.openapi import responses
from common.logs.levels import Level
from query_app.answers import Fresh
from query_app.logs.query import LogInterval


class FoundEntry(WireModel):
    """A log entry; what it does not have is left out."""

    id: str
    timestamp: Timestamp
    level: Level
    service: str
    message: str
    host: str | None = None
    trace_id: str | None = None
    correlation_id: str | None = None
    attributes: JsonObject = {}
    stack_trace: str | None = None
    received_at: Timestamp = Field(description="When it was taken in")
    indexed_at: Timestamp = Field(description="When the read model got it")


class LogHit(FoundEntry):
    """An entry that was found."""

    highlights: dict[str, list[str]] = Field(
        default={}, description="With highlight=true: HTML texts of the fields that match, what matches within em"
    )


class LogPage(Fresh):
    """A page of a search, the newest entries first."""

    entries: list[LogHit]
    total: int
    total_relation: Literal["eq", "gte"] = Field(description="gte above 10,000")
    next_cursor: str | None
    prev_cursor: str | None


class LogStep(WireModel):
    """One step of a histogram."""

    start: str = Field(description="When it begins, with the time zone's offset")
    count: int
    levels: dict[str, int] = Field(description="By level; levels without entries are left out")


class LogHistogram(Fresh):
    """How many entries there are, by time and level."""

    interval: LogInterval
    total: int
    levels: dict[str, int]
    steps: list[LogStep] = Field(description="Also those without entries, from the first to the last")


class Example(WireModel):
    """An entry in short."""

    id: str
    timestamp: Timestamp
    level: Level
    service: str
    message: str


class LogPattern(WireModel):
    """Entries that say the same, but for the values in it."""

    template: str = Field(description="What they say, <*> standing for a value")
    count: int
    levels: dict[str, int]
    services: list[str]
    first_at: Timestamp
    last_at: Timestamp
    example: Example = Field(description="The newest of them")


class LogPatterns(Fresh):
    """What the newest entries say, those of most entries first."""

    patterns: list[LogPattern]
    sampled: int = Field(description="How many entries were read")
    total: int = Field(description="How many match")
    total_relation: Literal["eq", "gte"] = Field(description="gte above 10,000")


class LogTail(Fresh):
    """Entries in the order of their coming."""

    entries: list[FoundEntry]
    after: str = Field(description="Where to go on; good for an hour")


_PROBLEMS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)

ANSWERS = {
    "searchLogs": responses(HTTPStatus.OK, LogPage, *_PROBLEMS),
    "countLogs": responses(HTTPStatus.OK, LogHistogram, *_PROBLEMS),
    "findLogPatterns": responses(HTTPStatus.OK, LogPatterns, *_PROBLEMS),
    "followLogs": responses(HTTPStatus.OK, LogTail, *_PROBLEMS),
}
"""By operation."""
