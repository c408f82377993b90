"""How the service is."""

from datetime import datetime
from typing import Literal

from payments_client.answers.base import Answer


class Health(Answer):
    """Which parts are up."""

    status: Literal["ok", "degraded"]
    parts: dict[str, Literal["ok", "down"]]


class Depth(Answer):
    """Messages of a queue, approximate, as SQS counts."""

    waiting: int
    in_flight: int


class QueueDepth(Depth):
    """And how long its oldest message waits, where that is known."""

    oldest_ms: int | None


class OutboxBacklog(Answer):
    """Commits whose events are not all sent yet."""

    unsent: int
    relation: Literal["eq", "gte"]
    oldest_at: datetime | None
    oldest_ms: int | None


class LagSummary(Answer):
    """How long the latest events took from commit to index, in milliseconds."""

    events: int
    latest: int
    p50: int
    p95: int
    p99: int


class Progress(Answer):
    """How far the projection is."""

    last_event_at: datetime | None
    last_event_ms: int | None
    lag_ms: LagSummary | None


class Projection(Answer):
    """How far the projection is, of all organizations and of the caller's."""

    everyone: Progress
    organization: Progress


class CacheHits(Answer):
    """How many answers came from each level of the cache."""

    l1: int
    l2: int
    miss: int
    since: datetime


class Freshness(Answer):
    """How far the read side is behind the write side; None is what could not be measured."""

    as_of: datetime
    queue: QueueDepth | None
    dead_letters: Depth | None
    outbox: OutboxBacklog | None
    projection: Projection | None
    cache: CacheHits | None
    unavailable: dict[str, str]
    """Why a part is None, by its name."""
