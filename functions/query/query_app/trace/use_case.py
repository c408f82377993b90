"""One answer of all that bears a correlation id."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from common.domain.events import Event
from common.domain.instants import iso
from common.errors import NotFound
from query_app.language.tree import In
from query_app.logs.ports import LogIndex
from query_app.logs.query import SearchLogs, Wanted
from query_app.query import Answer, QueryContext
from query_app.trace.query import AROUND, MOST, Around, GetTrace, Trails


def get_trace(trails: Trails, logs: LogIndex, around: Around) -> Callable[[GetTrace, QueryContext], Answer]:
    """Oldest first. Raises NotFound where nothing bears the id."""

    def handle(query: GetTrace, context: QueryContext) -> Answer:
        organization_id = context.organization_id
        events = trails.events(organization_id, query.correlation_id, MOST + 1)
        wanted = Wanted(In("correlation", (query.correlation_id,)))
        entries = [hit.entry for hit in logs.search(organization_id, SearchLogs(wanted, limit=MOST)).hits]
        instants = [event.occurred_at for event in events]
        instants += [datetime.fromisoformat(entry["timestamp"]) for entry in entries]
        if not instants:
            raise NotFound(f"Nothing bears the correlation id: {query.correlation_id}")
        start, end = min(instants) - AROUND, max(instants) + AROUND
        in_order = sorted(events, key=lambda event: (event.occurred_at, event.aggregate_id, event.aggregate_version))
        return Answer.fresh(
            {
                "correlationId": query.correlation_id,
                "from": iso(start),
                "to": iso(end),
                "complete": max(len(events), len(entries)) <= MOST,
                "events": [_told(event) for event in in_order[:MOST]],
                "logs": entries[:MOST][::-1],
                "metrics": around.metrics(organization_id, start, end),
            }
        )

    return handle


def _told(event: Event) -> dict[str, Any]:
    """What happened, without what the payment holds: that is the payment's own address to tell."""
    return {
        "eventId": event.event_id,
        "type": event.type,
        "paymentId": event.aggregate_id,
        "version": event.aggregate_version,
        "occurredAt": iso(event.occurred_at),
        "causationId": event.causation_id,
    }
