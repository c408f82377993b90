"""From an event to the documents that show its payment. Pure: the same event makes the same ones, in any order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from common.domain.documents import Document
from common.domain.events import Event
from common.domain.model import is_iso, iso
from common.errors import Unreadable
from common.payments.index import METADATA_TERMS, SPLIT, document_id, fingerprint, superseded_id
from common.payments.metadata_terms import terms
from common.payments.past import states_before
from common.payments.state import MAX_CHANGES, PERSONAL, PaymentState

Projection = Callable[[Event, datetime], Document]

_PERSONAL = frozenset(map(to_camel, PERSONAL))
_NAMES = frozenset(map(to_camel, PaymentState.model_fields))
_INSTANTS = tuple(name for name in sorted(_NAMES) if name.endswith("At"))


def payment(event: Event, indexed_at: datetime) -> Document:
    """The whole payment after the event. Raises Unreadable for a state that is no payment."""
    try:
        state = PaymentState.model_validate(event.state)
        minor, refund_minor = state.money.minor, state.refunded.minor
    except ValidationError as error:
        where = ", ".join(".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False))
        raise Unreadable(f"state is no payment at: {where}") from error
    except ValueError as error:
        raise Unreadable(f"state is no payment: amount {error}") from error
    source = {
        **_as_json(state, event.state),
        "metadata": {**state.metadata, **({METADATA_TERMS: found} if (found := terms(state.metadata)) else {})},
        "amountMinor": minor,
        "amountHigh": minor // SPLIT,
        "amountLow": minor % SPLIT,
        "refundMinor": refund_minor,
        "fingerprint": fingerprint(event.organization_id, event.aggregate_id, event.aggregate_version),
        "occurredAt": iso(event.occurred_at),
        "indexedAt": iso(indexed_at),
    }
    return Document(
        document_id=document_id(event.organization_id, event.aggregate_id),
        organization_id=event.organization_id,
        version=event.aggregate_version,
        source=source,
    )


def _as_json(state: PaymentState, told: Mapping[str, JsonValue]) -> Mapping[str, Any]:
    """As the state was told where we would write it just so, as nearly all are: writing it anew takes far longer."""
    found = {name: value for name, value in told.items() if value is not None}
    ours = (
        found.keys() <= _NAMES
        and type(found["version"]) is int
        and type(found.get("deleted", True)) is bool
        and all(is_iso(str(found[name])) for name in _INSTANTS if name in found)
    )
    return found if ours else state.model_dump(mode="json", by_alias=True, exclude_none=True)


def erased(event: Event, indexed_at: datetime) -> Document:
    """The payment without what was personal. Raises Unreadable for a state that is no payment."""
    return replace(payment(event, indexed_at), erases=True)


def tombstone(event: Event, indexed_at: datetime) -> Document:
    """A document that is shown to nobody, has nothing personal, and keeps the money for statistics.

    It stands for good: OpenSearch forgets the versions of deleted documents after a minute, and a late older event
    would bring the payment back. Raises Unreadable for a state that is no payment.
    """
    document = erased(event, indexed_at)
    left = {name: value for name, value in document.source.items() if name not in _PERSONAL}
    return replace(document, source={**left, "deleted": True})


def gone(
    organization_id: str, payment_id: str, version: int, occurred_at: datetime, indexed_at: datetime
) -> Sequence[Document]:
    """Tombstones over what was never a payment, and over what may be its earlier states: no money to count."""
    source = {
        "paymentId": payment_id,
        "organizationId": organization_id,
        "version": version,
        "deleted": True,
        "updatedAt": iso(occurred_at),
        "occurredAt": iso(occurred_at),
        "indexedAt": iso(indexed_at),
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


def documents_of(event: Event, indexed_at: datetime) -> Sequence[Document]:
    """The payment after the event, and the states that the event ended or changed; none for a type of a newer writer.

    Raises Unreadable for a state that is no payment.
    """
    projection = PROJECTIONS.get(event.type)
    if projection is None:
        return ()
    documents = [projection(event, indexed_at)]
    for back, state in enumerate(states_before(event.state, event.previous), start=1):
        earlier = event.model_copy(update={"state": state, "aggregate_version": event.aggregate_version - back})
        documents.append(_superseded(projection(earlier, indexed_at), documents[-1], by=event.aggregate_version))
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
