"""What a payment's event tells the projector. Pure."""

from common.domain.instants import of_iso
from common.domain.raw_events import written_event
from common.domain.upcasters import UPCASTERS
from common.edge.observability import logger
from common.payments.projections import documents_of, payment_event
from projector_app.ports import Told


def read(body: str, indexed_at: str) -> Told:
    """An event of any schema version, as the documents that show its payment. Raises Unreadable."""
    event = payment_event(body) or written_event(body, UPCASTERS)
    documents = documents_of(event, indexed_at)
    if not documents:
        # A newer writer's event: it is not for this projector, and holding it back would help nobody.
        logger.warning("unknown event type skipped", extra={"type": event.type, "event_id": event.event_id})
    return Told(event.organization_id, of_iso(event.occurred_at), documents)
