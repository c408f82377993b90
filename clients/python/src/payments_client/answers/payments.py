"""Payments, what happened to them, and what commands did."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import JsonValue

from payments_client.answers.base import Answer, Fresh


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
