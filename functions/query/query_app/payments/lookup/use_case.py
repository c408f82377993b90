"""One payment, and its events."""

from collections.abc import Callable, Sequence

from common.domain.events import Event
from common.domain.instants import iso
from common.errors import NotFound
from common.payments.state import PaymentState
from query_app.payments.lookup.query import GetHistory, GetPayment, GetPaymentAsOf
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


def get_payment_as_of(history: EventHistory) -> Callable[[GetPaymentAsOf, QueryContext], Answer]:
    """The newest state that was there by then. Raises NotFound for a payment that came later, and for a deleted one."""

    def handle(query: GetPaymentAsOf, context: QueryContext) -> Answer:
        events = _events_of(history, query.payment_id, context)
        states = (PaymentState.model_validate(event.state) for event in reversed(events))
        state = next((each for each in states if iso(each.updated_at) <= query.as_of), None)
        if state is None:
            raise NotFound(f"Payment not found: {query.payment_id}, as of {query.as_of}")
        return Answer.fresh(state.model_dump(mode="json", by_alias=True, exclude_none=True), query.as_of)

    return handle


def get_history(history: EventHistory) -> Callable[[GetHistory, QueryContext], Answer]:
    """All events, oldest first. Raises NotFound, for another organization's payment and a deleted one too."""

    def handle(query: GetHistory, context: QueryContext) -> Answer:
        events = _events_of(history, query.payment_id, context)
        return Answer.fresh({"paymentId": query.payment_id, "events": [_entry(event) for event in events]})

    return handle


def _events_of(history: EventHistory, payment_id: str, context: QueryContext) -> Sequence[Event]:
    events = history.events(context.organization_id, payment_id)
    if not events or events[-1].state.get("deleted"):
        raise _not_found(payment_id)
    return events


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
