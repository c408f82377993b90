"""From an event to the documents that show its payment. Pure: the same event makes the same ones, in any order."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from msgspec import UNSET, Raw, UnsetType
from msgspec.json import Encoder
from msgspec.structs import replace

from common.domain.canonical import Canonical, Integer, Written, at_once, decoded
from common.domain.documents import Document, written
from common.domain.instants import must_be_instant
from common.domain.money import minor_units
from common.domain.raw_events import WrittenEvent
from common.errors import Unreadable
from common.payments.index import METADATA_TERMS, SPLIT, document_id, fingerprint, superseded_id
from common.payments.metadata_terms import terms
from common.payments.past import MAX_CHANGES, states_before

if TYPE_CHECKING:
    from common.payments.state import PaymentState

PERSONAL: Final = frozenset({"userId", "description", "metadata", "error", "refundReason"})
"""The fields of a document that may tell of a person."""


class WrittenState(Written, kw_only=True):
    """A `PaymentState` as it is written."""

    payment_id: str
    organization_id: str
    user_id: str | None = None
    amount: str
    currency: str
    status: Literal["requested", "processing", "completed", "failed", "partially_refunded", "refunded"]
    description: str
    metadata: dict[str, Any]
    requested_at: str
    processed_at: str | None = None
    error: str | None = None
    failed_at: str | None = None
    refund_amount: str | None = None
    refund_reason: str | None = None
    refunded_at: str | None = None
    updated_at: str
    version: Integer
    erased_at: str | None = None
    deleted: bool | None = None

    def __post_init__(self) -> None:
        at = self.updated_at
        must_be_instant(at)
        # What happened at once has one instant in many fields.
        if self.requested_at != at:
            must_be_instant(self.requested_at)
        for other in (self.processed_at, self.failed_at, self.refunded_at, self.erased_at):
            if other is not None and other != at:
                must_be_instant(other)


class Shown(WrittenState, kw_only=True):
    """A payment as the index has it: its state, and beside it what the projection sets, whatever a message says."""

    amount_minor: int | UnsetType = UNSET
    amount_high: int | UnsetType = UNSET
    amount_low: int | UnsetType = UNSET
    refund_minor: int | UnsetType = UNSET
    fingerprint: int | UnsetType = UNSET
    occurred_at: str | UnsetType = UNSET
    indexed_at: str | UnsetType = UNSET
    superseded_at: str | UnsetType = UNSET


class PaymentEvent(WrittenEvent[Shown]):
    """An event and its state, both written as we write them."""

    def __post_init__(self) -> None:
        if self.occurred_at != self.state.updated_at:
            must_be_instant(self.occurred_at)


def _model() -> type["PaymentState"]:
    from common.payments.state import PaymentState  # noqa: PLC0415  # see Canonical

    return PaymentState


payment_event: Final = at_once(PaymentEvent)
"""None for an event that must be read as any event is, and its state by itself."""
AnyEvent = PaymentEvent | WrittenEvent[Raw]
canonical_state: Final = Canonical(Shown, _model, no="state is no payment at")
_encode: Final = Encoder().encode


def _tombstone(json: bytes) -> bytes:
    """A document that is shown to nobody, has nothing personal, and keeps the money for statistics.

    It stands for good: OpenSearch forgets the versions of deleted documents after a minute, and a late older event
    would bring the payment back.
    """
    left = {name: value for name, value in orjson.loads(json).items() if name not in PERSONAL}
    return written({**left, "deleted": True})


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
    tombstone = Document(document_id(organization_id, payment_id), organization_id, version, written(source))
    ended = written({**source, "supersededAt": source["occurredAt"]})
    return [
        tombstone,
        *(
            replace(tombstone, document_id=superseded_id(organization_id, payment_id, earlier), json=ended)
            for earlier in range(1, min(version - 1, MAX_CHANGES + 2))
        ),
    ]


def _whole(json: bytes) -> bytes:
    """The whole payment after the event."""
    return json


PROJECTIONS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "PaymentRequested": _whole,
    "PaymentProcessed": _whole,
    "PaymentFailed": _whole,
    "PaymentRefunded": _whole,
    "PaymentErased": _whole,
    "PaymentDeleted": _tombstone,
}
"""By event type: what is shown of the payment."""

_ERASES: Final = frozenset({"PaymentErased", "PaymentDeleted"})


def documents_of(event: AnyEvent, indexed_at: str) -> Sequence[Document]:
    """The payment after the event, and the states that the event ended or changed; none for a type of a newer writer.

    The event's state becomes the document: it is used up. Raises Unreadable for a state that is no payment.
    """
    if event.type not in PROJECTIONS:
        return ()
    state = event.state if isinstance(event.state, Shown) else canonical_state(event.state)
    try:
        before = _before(event, state, indexed_at) if event.previous else ()
    except RecursionError as error:
        raise Unreadable("is nested too deep") from error
    json = _json(state, event, event.aggregate_version, event.occurred_at, indexed_at)
    name = document_id(event.organization_id, event.aggregate_id)
    return (Document(name, event.organization_id, event.aggregate_version, json, event.type in _ERASES), *before)


def _before(event: AnyEvent, state: Shown, indexed_at: str) -> Sequence[Document]:
    """The states before, the newest first; each ended when the later one began.

    Their external version is that of the event which wrote them: an erasure, which comes later, writes over them, and
    nothing older does so again.
    """
    changes = ({name: decoded(value) for name, value in each.items()} for each in event.previous)
    ended_at, documents = state.updated_at, list[Document]()
    for back, earlier in enumerate(states_before(decoded(_encode(state)), changes), start=1):
        state, version = canonical_state(written(earlier)), event.aggregate_version - back
        json = _json(state, event, version, state.updated_at, indexed_at, ended_at)
        name = superseded_id(event.organization_id, state.payment_id, version)
        documents.append(Document(name, event.organization_id, event.aggregate_version, json, event.type in _ERASES))
        ended_at = state.updated_at
    return documents


def _json(
    state: Shown,
    event: AnyEvent,
    version: int,
    occurred_at: str,
    indexed_at: str,
    superseded_at: str | UnsetType = UNSET,
) -> bytes:
    """The payment in a state, as the index takes it."""
    if version <= 0:
        raise Unreadable(f"aggregateVersion {version} is none")
    try:
        minor = minor_units(state.amount, state.currency)
        state.refund_minor = minor_units(state.refund_amount, state.currency) if state.refund_amount else 0
    except ValueError as error:
        raise Unreadable(f"state is no payment: amount {error}") from error
    state.amount_minor = minor
    state.amount_high, state.amount_low = divmod(minor, SPLIT)
    state.fingerprint = fingerprint(event.organization_id, event.aggregate_id, version)
    state.occurred_at, state.indexed_at, state.superseded_at = occurred_at, indexed_at, superseded_at
    if found := terms(state.metadata):
        state.metadata[METADATA_TERMS] = found
    return PROJECTIONS[event.type](_encode(state))
