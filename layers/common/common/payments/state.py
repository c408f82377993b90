"""The payment as both sides see it: its state inside events, and the identifiers that may name it."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema

from common.domain.model import JsonObject, Timestamp, WireModel
from common.domain.money import Money

RESERVED_IDS = frozenset({"import", "statistics", "suggestions"})
"""Words that stand where an id stands in the URLs."""

MAX_PAYMENT_ID = 128

PaymentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]


PERSONAL: Final = frozenset({"user_id", "description", "metadata", "error", "refund_reason"})
"""The fields of a state that may tell of a person; an erasure leaves none of them."""

ERASED: Final = "[erased]"
"""Stands where a description stood."""


class Status(StrEnum):
    """requested -> processing -> completed | failed; completed -> partially_refunded -> refunded."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class PaymentState(WireModel):
    """Everything that is known of one payment after an event; carried whole in every event.

    Amounts are decimal strings of `currency`; instants are UTC.
    """

    payment_id: str
    organization_id: str
    user_id: str | None = None
    amount: str
    currency: str
    status: Status
    description: str
    metadata: JsonObject = {}
    requested_at: Timestamp
    processed_at: Timestamp | None = None
    error: str | None = None
    failed_at: Timestamp | None = None
    refund_amount: str | None = None
    refund_reason: str | None = None
    refunded_at: Timestamp | None = None
    updated_at: Timestamp
    version: int
    erased_at: Timestamp | None = None
    """Since then there is nothing personal in it; `description` is ERASED."""
    deleted: SkipJsonSchema[bool | None] = None
    """True for one that is erased and shown to nobody; its money still counts."""

    @property
    def money(self) -> Money:
        """What was requested."""
        return Money.parse(self.amount, self.currency)

    @property
    def refunded(self) -> Money:
        """What was given back so far."""
        return Money.parse(self.refund_amount, self.currency) if self.refund_amount else Money(0, self.currency)
