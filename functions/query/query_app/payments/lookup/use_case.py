"""One payment, and its events."""

from collections.abc import Callable

from common.errors import NotFound
from common.events import Event
from common.model import iso
from query_app.payments.lookup.query import GetHistory, GetPayment
from query_app.payments.ports import EventHistory, SearchIndex
from query_app.query import Answer, QueryContext


def get_payment(index: SearchIndex) -> Callable[[GetPayment, QueryContext], Answer]:
    """One document. Raises NotFound, for another organization's too."""

    def handle(query: GetPayment, context: QueryContext) -> Answer:
        document = index.get(context.organization_id, query.payment_id)
        if document is None:
            raise _not_found(query.payment_id)
        return Answer.fresh(document)

    return handle


def get_history(history: EventHistory) -> Callable[[GetHistory, QueryContext], Answer]:
    """All events, oldest first. Raises NotFound, for another organization's payment and a deleted one too."""

    def handle(query: GetHistory, context: QueryContext) -> Answer:
        events = history.events(context.organization_id, query.payment_id)
        if not events or events[-1].state.get("deleted"):
            raise _not_found(query.payment_id)
        return Answer.fresh({"paymentId": query.payment_id, "events": [_entry(event) for event in events]})

    return handle


def _entry(event: Event) -> dict[str, object]:
    return {
        "eventId": event.event_id,
        "type": event.type,
        "version": event.aggregate_version,
        "occurredAt": iso(event.occurred_at),
        "correlationId": event.correlation_id,
        "data": event.data,
        "status": event.state.get("status"),
    }


def _not_found(payment_id: str) -> NotFound:
    return NotFound(f"Payment not found: {payment_id}")
