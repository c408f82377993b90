"""What queries answer, for the OpenAPI description; a test holds these and the real answers together."""

from typing import Literal

from pydantic import Field, JsonValue

from common.model import Timestamp, WireModel
from common.payments import PaymentState, Status


class Fresh(WireModel):
    """How fresh an answer is; part of every one."""

    as_of: Timestamp = Field(description="When the engine answered; a cached answer keeps its own instant")
    lag_ms: int | None = Field(description="The organization's latest projection lag in milliseconds, if known")
    cache: Literal["l1", "l2", "miss"]
    stale: bool = Field(description="The write of the Consistency-Token is not in it yet")


class IndexedPayment(PaymentState):
    """A payment as the read model keeps it."""

    indexed_at: Timestamp


class PaymentAnswer(IndexedPayment, Fresh):
    """One payment."""


class PaymentHit(IndexedPayment):
    """A payment that was found."""

    score: float | None = Field(description="How well it matches; null when another order was asked for")


class PaymentPage(Fresh):
    """A page of a search."""

    payments: list[PaymentHit]
    total: int
    total_relation: Literal["eq", "gte"]
    next_cursor: str | None
    prev_cursor: str | None


class CurrencyTotal(WireModel):
    """Payments of one currency."""

    currency: str
    count: int
    sum: str = Field(description="Exact, a decimal string")


class StatusTotal(CurrencyTotal):
    """Payments of one status and currency."""

    status: Status
    average: str = Field(description="To the currency's decimals, a half to the even neighbour")


class DayTotal(CurrencyTotal):
    """Payments of one currency processed on one UTC day."""

    date: str


class StatisticsAnswer(Fresh):
    """Counts and sums; never over several currencies."""

    status: list[StatusTotal]
    currency: list[CurrencyTotal]
    daily: list[DayTotal]


class Suggestion(WireModel):
    """A completion."""

    text: str
    score: float


class SuggestionsAnswer(Fresh):
    """Completions, best first."""

    suggestions: list[Suggestion]


class HistoryEntry(WireModel):
    """An event of a payment, and the status after it."""

    event_id: str
    type: str
    version: int
    occurred_at: Timestamp
    correlation_id: str
    data: dict[str, JsonValue]
    status: Status


class HistoryAnswer(Fresh):
    """A payment's events, oldest first."""

    payment_id: str
    events: list[HistoryEntry]


class HealthAnswer(WireModel):
    """Which parts are up."""

    status: Literal["ok", "degraded"]
    parts: dict[str, Literal["ok", "down"]]


class Depth(WireModel):
    """Messages of a queue, approximate, as SQS counts."""

    waiting: int
    in_flight: int = Field(description="Received and not yet done with")


class OutboxBacklog(WireModel):
    """Committed events that are not known to be sent."""

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


class FreshnessAnswer(WireModel):
    """How far the read side is behind the write side; null is what could not be measured."""

    as_of: Timestamp
    queue: Depth | None
    dead_letters: Depth | None
    outbox: OutboxBacklog | None
    projection: Projection | None
    unavailable: dict[str, str] = Field(description="Why a part is null, by its name")
