"""From an event to the documents that show its payment. Pure: the same event makes the same ones, in any order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from common.domain.canonical import Canonical
from common.domain.documents import Document
from common.domain.events import CanonicalEvent
from common.domain.money import minor_units
from common.errors import Unreadable
from common.payments.index import METADATA_TERMS, SPLIT, document_id, fingerprint, superseded_id
from common.payments.metadata_terms import terms
from common.payments.past import states_before
from common.payments.state import MAX_CHANGES, PERSONAL, PaymentState

Projection = Callable[[CanonicalEvent, str], Document]

MAX_VERSION: Final = 2**63 - 1
"""Of a document: OpenSearch refuses a whole bulk for one that is larger, or negative."""

_PERSONAL = frozenset(map(to_camel, PERSONAL))
_canonical = Canonical(PaymentState)


def payment(event: CanonicalEvent, indexed_at: str) -> Document:
    """The whole payment after the event. Raises Unreadable for a state that is no payment."""
    if not 0 < event["aggregateVersion"] <= MAX_VERSION:
        raise Unreadable(f"aggregateVersion {event['aggregateVersion']} is none")
    try:
        state = _canonical(event["state"])
        amount, refund_amount, currency = state["amount"], state.get("refundAmount"), state["currency"]
        minor = minor_units(amount, currency)
        refund_minor = minor_units(refund_amount, currency) if refund_amount else 0
    except ValidationError as error:
        where = ", ".join(".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False))
        raise Unreadable(f"state is no payment at: {where}") from error
    except ValueError as error:
        raise Unreadable(f"state is no payment: amount {error}") from error
    organization_id, payment_id, version = event["organizationId"], event["aggregateId"], event["aggregateVersion"]
    metadata = state["metadata"]
    if found := terms(metadata):
        metadata = {**metadata, METADATA_TERMS: found}
    source = {
        **state,
        "metadata": metadata,
        "amountMinor": minor,
        "amountHigh": minor // SPLIT,
        "amountLow": minor % SPLIT,
        "refundMinor": refund_minor,
        "fingerprint": fingerprint(organization_id, payment_id, version),
        "occurredAt": event["occurredAt"],
        "indexedAt": indexed_at,
    }
    return Document(document_id(organization_id, payment_id), organization_id, version, source)


def erased(event: CanonicalEvent, indexed_at: str) -> Document:
    """The payment without what was personal. Raises Unreadable for a state that is no payment."""
    return replace(payment(event, indexed_at), erases=True)


def tombstone(event: CanonicalEvent, indexed_at: str) -> Document:
    """A document that is shown to nobody, has nothing personal, and keeps the money for statistics.

    It stands for good: OpenSearch forgets the versions of deleted documents after a minute, and a late older event
    would bring the payment back. Raises Unreadable for a state that is no payment.
    """
    document = erased(event, indexed_at)
    left = {name: value for name, value in document.source.items() if name not in _PERSONAL}
    return replace(document, source={**left, "deleted": True})


def gone(organization_id: str, payment_id: str, version: int, occurred_at: str, indexed_at: str) -> Sequence[Document]:
    """Tombstones over what was never a payment, and over what may be its earlier states: no money to count."""
    source = {
        "paymentId": payment_id,
        "organizationId": organization_id,
        "version": version,
        "deleted": True,
        "updatedAt": occurred_at,
        "occurredAt": occurred_at,
        "indexedAt": indexed_at,
    }
    tombstone = Document(document_id(organization_id, payment_id), organization_id, version, source)
    ended = {**source, "supersededAt": source["occurredAt"]}
    return [
        tombstone,
        *(
            replace(tombstone, document_id=superseded_id(organization_id, payment_id, earlier), source=ended)
            for earlier in range(1, min(version - 1, MAX_CHANGES + 2))
        ),
    ]


PROJECTIONS: Final[Mapping[str, Projection]] = {
    "PaymentRequested": payment,
    "PaymentProcessed": payment,
    "PaymentFailed": payment,
    "PaymentRefunded": payment,
    "PaymentErased": erased,
    "PaymentDeleted": tombstone,
}
"""By event type."""


def documents_of(event: CanonicalEvent, indexed_at: str) -> Sequence[Document]:
    """The payment after the event, and the states that the event ended or changed; none for a type of a newer writer.

    Raises Unreadable for a state that is no payment.
    """
    projection = PROJECTIONS.get(event["type"])
    if projection is None:
        return ()
    documents = [projection(event, indexed_at)]
    if event["previous"]:
        version = event["aggregateVersion"]
        for back, state in enumerate(states_before(event["state"], event["previous"]), start=1):
            earlier = {**event, "state": state, "aggregateVersion": version - back}
            documents.append(_superseded(projection(earlier, indexed_at), documents[-1], by=version))
    return documents


def _superseded(document: Document, later: Document, by: int) -> Document:
    """A state that ended when the later one began.

    Its external version is that of the event which wrote it: an erasure, which comes later, writes over it, and nothing
    older does so again.
    """
    interval = {"occurredAt": document.source["updatedAt"], "supersededAt": later.source["updatedAt"]}
    return replace(
        document,
        document_id=superseded_id(document.organization_id, document.source["paymentId"], document.version),
        version=by,
        source={**document.source, **interval},
    )
