"""What the service tells of itself, for the OpenAPI description."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import Described, responses


class HealthAnswer(WireModel):
    """Which parts are up."""

    status: Literal["ok", "degraded"]
    parts: dict[str, Literal["ok", "down"]]


class Depth(WireModel):
    """Messages of a queue, approximate, as SQS counts."""

    waiting: int
    in_flight: int = Field(description="Received and not yet done with")


class QueueDepth(Depth):
    """Messages that wait for the projector, and for how long."""

    oldest_ms: int | None = Field(
        description="Milliseconds that the oldest message has waited, at most: counted from when the oldest one of the"
        " projector's latest batch was sent, from the oldest one that it took and is not done with, or from when the"
        " queue was last seen empty (each minute). null when nothing waits, or when the cache, where this is noted,"
        " does not know or does not answer",
    )


class OutboxBacklog(WireModel):
    """Commits whose events are not all known to be sent; an import commits up to 50 payments at a time."""

    unsent: int
    relation: Literal["eq", "gte"] = Field(description="gte: at least so many")
    oldest_at: Timestamp | None
    oldest_ms: int | None = Field(description="Its age in milliseconds")


class LagSummary(WireModel):
    """Milliseconds from commit to index, over the latest events."""

    latest: int
    p50: int
    p95: int
    p99: int
    events: int = Field(description="How many the percentiles are over")


class Progress(WireModel):
    """How far the projection is."""

    last_event_at: Timestamp | None = Field(description="When the newest event of the latest batch occurred")
    last_event_ms: int | None = Field(description="Its age in milliseconds")
    lag_ms: LagSummary | None


class Projection(WireModel):
    """How far the projection is, over all organizations and of the caller's."""

    everyone: Progress
    organization: Progress


class CacheAnswers(WireModel):
    """Where answers to cacheable queries came from, over all organizations; a process tells with a second's delay."""

    since: Timestamp = Field(description="Counted over the present hour and the one before")
    l1: int = Field(description="From a function's memory")
    l2: int = Field(description="From the shared cache")
    miss: int = Field(description="Executed")


class FreshnessAnswer(WireModel):
    """How far the read side is behind the write side; null is what could not be measured."""

    as_of: Timestamp
    queue: QueueDepth | None
    dead_letters: Depth | None
    outbox: OutboxBacklog | None
    projection: Projection | None
    cache: CacheAnswers | None
    unavailable: dict[str, str] = Field(description="Why a part is null, by its name")


_SICK = Described("OpenSearch or DynamoDB is down", "application/json", HealthAnswer)

ANSWERS = {
    "getHealth": {**responses(HTTPStatus.OK, HealthAnswer), HTTPStatus.SERVICE_UNAVAILABLE: _SICK},
    "getFreshness": responses(HTTPStatus.OK, FreshnessAnswer, HTTPStatus.FORBIDDEN),
}
"""By operation."""
