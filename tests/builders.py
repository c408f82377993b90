"""Payments, events and messages as stories need them; what a story does not name has a plain default."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from common.domain.documents import Document
from common.domain.events import Event
from common.domain.instants import iso
from common.payments import projections
from common.payments.state import PaymentState, Status
from projector_app.ports import Message

NOON = datetime(2011, 1, 31, 12, tzinfo=UTC)


def payment_state(**fields: Any) -> PaymentState:
    """A requested payment of 100.00 EUR."""
    defaults: dict[str, Any] = {
        "payment_id": "payment-123",
        "organization_id": "org-456",
        "user_id": "user-1",
        "amount": "100.00",
        "currency": "EUR",
        "status": Status.REQUESTED,
        "description": "WHITE HANGING HEART T-LIGHT HOLDER",
        "requested_at": NOON,
        "updated_at": NOON,
        "version": 1,
    }
    return PaymentState(**{**defaults, **fields})


def event_of(state: PaymentState, event_type: str = "PaymentRequested", **fields: Any) -> Event:
    """The event that led to a state."""
    defaults: dict[str, Any] = {
        "event_id": f"event-{state.payment_id}-{state.version}",
        "type": event_type,
        "aggregate_id": state.payment_id,
        "aggregate_version": state.version,
        "organization_id": state.organization_id,
        "occurred_at": NOON + timedelta(seconds=state.version),
        "correlation_id": "correlation-1",
        "causation_id": "correlation-1",
        "state": state.model_dump(mode="json", by_alias=True, exclude_none=True),
    }
    return Event(**{**defaults, **fields})


def documents_of(event: Event) -> Sequence[Document]:
    """What the projector makes of an event at noon, the payment first."""
    return projections.documents_of(event.written(), iso(NOON))


def document_of(event: Event) -> Document:
    """The payment's document after an event."""
    return documents_of(event)[0]


def message_of(event: Event, message_id: str | None = None) -> Message:
    """The queue message that carries an event."""
    return Message(message_id or f"message-{event.event_id}", event.to_json())
