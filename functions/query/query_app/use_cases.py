"""One handler a query: `(query, context) -> Answer`."""

from collections.abc import Callable

from common.bus import QueryBus
from common.errors import NotFound
from common.events import Event
from common.model import iso, now
from query_app import cursor
from query_app.cursor import Position
from query_app.ports import EventHistory, Found, Hit, SearchIndex
from query_app.queries import (
    Answer,
    GetHistory,
    GetPayment,
    GetStatistics,
    GetSuggestions,
    QueryContext,
    SearchPayments,
)


def register(bus: QueryBus[QueryContext], index: SearchIndex, history: EventHistory) -> None:
    """Give each query its handler."""
    bus.register(GetPayment, get_payment(index))
    bus.register(SearchPayments, search_payments(index))
    bus.register(GetStatistics, get_statistics(index))
    bus.register(GetSuggestions, get_suggestions(index))
    bus.register(GetHistory, get_history(history))


def get_payment(index: SearchIndex) -> Callable[[GetPayment, QueryContext], Answer]:
    """One document. Raises NotFound, for another organization's too."""

    def handle(query: GetPayment, context: QueryContext) -> Answer:
        document = index.get(context.organization_id, query.payment_id)
        if document is None:
            raise _not_found(query.payment_id)
        return _answer(document)

    return handle


def search_payments(index: SearchIndex) -> Callable[[SearchPayments, QueryContext], Answer]:
    """A page of payments, each with its score, and the cursors to the pages beside it."""

    def handle(query: SearchPayments, context: QueryContext) -> Answer:
        position = cursor.decode(context.organization_id, query)
        found = index.search(context.organization_id, query, position)
        before, hits, after = _page(found, query.limit, position)

        def cursor_to(hit: Hit, *, backward: bool) -> str:
            return cursor.encode(Position(hit.sort_values, backward), context.organization_id, query)

        return _answer(
            {
                "payments": [{**hit.document, "score": hit.score} for hit in hits],
                "total": found.total,
                "totalRelation": found.total_relation,
                "nextCursor": cursor_to(hits[-1], backward=False) if hits and after else None,
                "prevCursor": cursor_to(hits[0], backward=True) if hits and before else None,
            }
        )

    return handle


def get_statistics(index: SearchIndex) -> Callable[[GetStatistics, QueryContext], Answer]:
    """Counts and sums by status, currency and day."""

    def handle(query: GetStatistics, context: QueryContext) -> Answer:
        return _answer(index.statistics(context.organization_id, query.filters))

    return handle


def get_suggestions(index: SearchIndex) -> Callable[[GetSuggestions, QueryContext], Answer]:
    """Completions, best first."""

    def handle(query: GetSuggestions, context: QueryContext) -> Answer:
        return _answer({"suggestions": index.suggestions(context.organization_id, query)})

    return handle


def get_history(history: EventHistory) -> Callable[[GetHistory, QueryContext], Answer]:
    """All events, oldest first. Raises NotFound, for another organization's payment and a deleted one too."""

    def handle(query: GetHistory, context: QueryContext) -> Answer:
        events = history.events(context.organization_id, query.payment_id)
        if not events or events[-1].state.get("deleted"):
            raise _not_found(query.payment_id)
        return _answer({"paymentId": query.payment_id, "events": [_entry(event) for event in events]})

    return handle


def _page(found: Found, limit: int, position: Position | None) -> tuple[bool, list[Hit], bool]:
    """Whether there is a page before, the page, and whether there is one after."""
    more, hits = len(found.hits) > limit, found.hits[:limit]
    if position and position.backward:
        return more, hits[::-1], True
    return position is not None, hits, more


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


def _answer(body: dict[str, object]) -> Answer:
    return Answer(body, as_of=iso(now()))


def _not_found(payment_id: str) -> NotFound:
    return NotFound(f"Payment not found: {payment_id}")
