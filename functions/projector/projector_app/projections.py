"""From an event to the document that shows its payment. Pure: the same event makes the same document, in any order."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from common.events import Event, UnreadableEvent
from common.model import iso
from common.payment_index import SPLIT, document_id
from common.payments import PaymentState
from projector_app.ports import Document

Projection = Callable[[Event, datetime], Document]


def payment(event: Event, indexed_at: datetime) -> Document:
    """The whole payment after the event. Raises UnreadableEvent for a state that is no payment."""
    try:
        state = PaymentState.model_validate(event.state)
        minor, refund_minor = state.money.minor, state.refunded.minor
    except ValidationError as error:
        where = ", ".join(".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False))
        raise UnreadableEvent(f"state is no payment at: {where}") from error
    except ValueError as error:
        raise UnreadableEvent(f"state is no payment: amount {error}") from error
    source = {
        **state.model_dump(mode="json", by_alias=True, exclude_none=True),
        "amountMinor": minor,
        "amountHigh": minor // SPLIT,
        "amountLow": minor % SPLIT,
        "refundMinor": refund_minor,
        **_stamps(event, indexed_at),
    }
    return _document(event, source)


def tombstone(event: Event, indexed_at: datetime) -> Document:
    """A document that says only that the payment is gone.

    It stands for good: OpenSearch forgets the versions of deleted documents after a minute, and a late older event
    would bring the payment back.
    """
    source = {
        "paymentId": event.aggregate_id,
        "organizationId": event.organization_id,
        "version": event.aggregate_version,
        "deleted": True,
        "updatedAt": iso(event.occurred_at),
        **_stamps(event, indexed_at),
    }
    return _document(event, source)


PROJECTIONS: Final[Mapping[str, Projection]] = {
    "PaymentRequested": payment,
    "PaymentProcessed": payment,
    "PaymentFailed": payment,
    "PaymentRefunded": payment,
    "PaymentDeleted": tombstone,
}
"""By event type."""


def _stamps(event: Event, indexed_at: datetime) -> dict[str, str]:
    return {"occurredAt": iso(event.occurred_at), "indexedAt": iso(indexed_at)}


def _document(event: Event, source: Mapping[str, Any]) -> Document:
    return Document(
        document_id=document_id(event.organization_id, event.aggregate_id),
        organization_id=event.organization_id,
        version=event.aggregate_version,
        source=source,
    )
