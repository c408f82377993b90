"""What the API answers: frozen, money as Decimal, instants as datetime. Members that it gains later are passed over."""

from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Fresh(Answer):
    """How fresh an answer of the read side is."""

    as_of: datetime
    """The instant whose state it shows."""
    lag_ms: int | None
    cache: Literal["l1", "l2", "miss"]
    stale: bool
    """A write of this client could not be waited for."""


class PartialPayment(Answer):
    """The fields of a payment that were asked for; the others are None."""

    payment_id: str | None = None
    organization_id: str | None = None
    user_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    status: str | None = None
    description: str | None = None
    metadata: dict[str, JsonValue] = {}
    version: int | None = None
    requested_at: datetime | None = None
    processed_at: datetime | None = None
    error: str | None = None
    failed_at: datetime | None = None
    refund_amount: Decimal | None = None
    refund_reason: str | None = None
    refunded_at: datetime | None = None
    erased_at: datetime | None = None
    updated_at: datetime | None = None
    indexed_at: datetime | None = None

    @property
    def tags(self) -> tuple[str, ...]:
        """The metadata's tags."""
        tags = self.metadata.get("tags")
        return tuple(map(str, tags)) if isinstance(tags, list) else ()


class Payment(PartialPayment):
    """A payment as the read side shows it."""

    payment_id: str
    organization_id: str
    amount: Decimal
    currency: str
    status: str
    description: str
    version: int
    requested_at: datetime
    updated_at: datetime


class FreshPayment(Payment, Fresh):
    """A payment that was asked for by its id."""


class _Found(Answer):
    score: float | None = None
    """How well it matches; None when another order was asked for."""
    highlights: dict[str, tuple[str, ...]] = {}
    """With `highlight`: HTML texts of the fields that match, what matches within `em`."""


class PaymentHit(Payment, _Found):
    """A payment that was found."""


class PartialHit(PartialPayment, _Found):
    """What was asked for of a payment that was found."""


class Count(Answer):
    """Payments that share a value."""

    value: str
    count: int


class AmountCount(Answer):
    """Payments of a range of amounts, `to` not included, whatever the currency; None for no bound."""

    from_: Decimal | None = Field(alias="from")
    to: Decimal | None
    count: int


class Facets(Answer):
    """The facets that were asked for, each as if its own filter were not there."""

    status: tuple[Count, ...] = ()
    currency: tuple[Count, ...] = ()
    tags: tuple[Count, ...] = ()
    amount: tuple[AmountCount, ...] = ()
    month: tuple[Count, ...] = ()


Hit = TypeVar("Hit", bound=PartialPayment)


class PaymentPage(Fresh, Generic[Hit]):
    """A page of a search."""

    payments: tuple[Hit, ...]
    total: int
    total_relation: Literal["eq", "gte"]
    next_cursor: str | None
    prev_cursor: str | None
    facets: Facets | None = None
    did_you_mean: str | None


class HistoryEntry(Answer):
    """Something that happened to a payment."""

    event_id: str
    type: str
    version: int
    status: str
    occurred_at: datetime
    correlation_id: str
    data: dict[str, JsonValue]


class History(Fresh):
    """All that happened to a payment, oldest first."""

    payment_id: str
    events: tuple[HistoryEntry, ...]


class CurrencyTotal(Answer):
    """Payments of one currency."""

    currency: str
    count: int
    sum: Decimal


class StatusTotal(CurrencyTotal):
    """Payments of one status and currency."""

    status: str
    average: Decimal


class DayTotal(CurrencyTotal):
    """Payments of one currency processed on one day of the time zone."""

    date: date


class StepTotal(CurrencyTotal):
    """Payments of one currency processed in one step of the series."""

    start: datetime


class UserTotal(CurrencyTotal):
    """Payments of one user and currency."""

    user_id: str


class CurrencyPercentiles(Answer):
    """Amounts that so many percent of a currency's payments do not exceed."""

    currency: str
    p50: Decimal
    p90: Decimal
    p95: Decimal
    p99: Decimal


class CurrencyRates(Answer):
    """How the payments of one currency ended; a rate of no payments is None."""

    currency: str
    count: int
    failed: int
    refunded: int
    failure_rate: Decimal | None
    refund_rate: Decimal | None


class PeriodStatistics(Answer):
    """Counts and exact sums; None is what was not asked for. There are days, or a series with an interval."""

    status: tuple[StatusTotal, ...]
    currency: tuple[CurrencyTotal, ...]
    daily: tuple[DayTotal, ...] | None = None
    series: tuple[StepTotal, ...] | None = None
    percentiles: tuple[CurrencyPercentiles, ...] | None = None
    top_users: tuple[UserTotal, ...] | None = None
    rates: tuple[CurrencyRates, ...] | None = None


class PreviousStatistics(PeriodStatistics):
    """The period before, `to` not included."""

    from_: datetime = Field(alias="from")
    to: datetime


class Statistics(PeriodStatistics, Fresh):
    """Counts and exact sums of the payments that match."""

    previous: PreviousStatistics | None = None


class Suggestion(Answer):
    """A completion."""

    text: str
    score: float


class Suggestions(Fresh):
    """Completions, best first."""

    suggestions: tuple[Suggestion, ...]


class Export(Answer):
    """An export as it was when it was asked after."""

    export_id: str
    status: str
    """queued, running, done or failed."""
    format: str
    query: dict[str, JsonValue]
    fields: tuple[str, ...] | None
    created_at: datetime
    finished_at: datetime | None
    written: int
    total: int | None
    """None until its first part is written."""
    bytes: int
    reason: str | None
    """Why it failed."""
    link: str | None
    """Where to fetch the file for the next minutes; asking again gives a new one."""
    expires_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("done", "failed")


class ExportList(Answer):
    """The caller's newest exports, without links."""

    exports: tuple[Export, ...]


class Done(Answer):
    """Where the payment stands after a command."""

    payment_id: str
    status: str
    version: int


class Deleted(Done):
    """The payment as it was, at the version of its deletion."""

    dead_letters: Literal["removed", "pending"]


class Erased(Answer):
    """How far the erasure of a user is: repeat the call until it is complete and the dead letters are removed."""

    erased: int
    complete: bool
    dead_letters: Literal["removed", "pending"]


class ImportProblem(Answer):
    """What is wrong with one field of a line."""

    field: str
    message: str


class ImportedLine(Answer):
    """What became of one line; `line` counts from 1."""

    line: int
    payment_id: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    errors: tuple[ImportProblem, ...] = ()


class Imported(Answer):
    """What became of all lines of a call."""

    accepted: int
    duplicates: int
    rejected: int
    results: tuple[ImportedLine, ...]


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
    """Events that were committed and not sent yet."""

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
