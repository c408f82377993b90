"""From an event to the documents that show its payment. Pure: the same event makes the same ones, in any order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

import orjson
from msgspec import Raw
from msgspec.json import Encoder

from common.domain.canonical import Canonical, Integer, Written, decoded, must_be_instants, must_be_object
from common.domain.documents import Document, written
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
    """A `PaymentState` as it is written; its metadata as text."""

    payment_id: str
    organization_id: str
    user_id: str | None = None
    amount: str
    currency: str
    status: Literal["requested", "processing", "completed", "failed", "partially_refunded", "refunded"]
    description: str
    metadata: Raw
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
        must_be_instants(
            self.requested_at, self.updated_at, self.processed_at, self.failed_at, self.refunded_at, self.erased_at
        )
        must_be_object(self.metadata)


def _model() -> type["PaymentState"]:
    from common.payments.state import PaymentState  # noqa: PLC0415  # see Canonical

    return PaymentState


canonical_state: Final = Canonical(WrittenState, _model, no="state is no payment at")
_encode: Final = Encoder().encode


def _whole(json: bytes) -> bytes:
    """The whole payment after the event."""
    return json


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
            tombstone._replace(document_id=superseded_id(organization_id, payment_id, earlier), json=ended)
            for earlier in range(1, min(version - 1, MAX_CHANGES + 2))
        ),
    ]


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


def documents_of(event: WrittenEvent, indexed_at: str) -> Sequence[Document]:
    """The payment after the event, and the states that the event ended or changed; none for a type of a newer writer.

    Raises Unreadable for a state that is no payment.
    """
    projection = PROJECTIONS.get(event.type)
    if projection is None:
        return ()
    state = canonical_state(event.state)
    json = projection(_json(state, event, event.aggregate_version, event.occurred_at, indexed_at))
    name = document_id(event.organization_id, event.aggregate_id)
    whole = Document(name, event.organization_id, event.aggregate_version, json, event.type in _ERASES)
    return (whole, *_superseded(event, state.updated_at, whole, indexed_at)) if event.previous else (whole,)


def _superseded(event: WrittenEvent, ended_at: str, whole: Document, indexed_at: str) -> Iterator[Document]:
    """The states before, the newest first; each ended when the later one began.

    Their external version is that of the event which wrote them: an erasure, which comes later, writes over them, and
    nothing older does so again.
    """
    changes = ({name: decoded(value) for name, value in each.items()} for each in event.previous)
    for back, earlier in enumerate(states_before(decoded(event.state), changes), start=1):
        state, version = canonical_state(written(earlier)), whole.version - back
        json = PROJECTIONS[event.type](_json(state, event, version, state.updated_at, indexed_at, ended_at))
        yield whole._replace(document_id=superseded_id(whole.organization_id, state.payment_id, version), json=json)
        ended_at = state.updated_at


def _json(
    state: WrittenState,
    event: WrittenEvent,
    version: int,
    occurred_at: str,
    indexed_at: str,
    superseded_at: str | None = None,
) -> bytes:
    """The payment in a state, as the index takes it."""
    if version <= 0:
        raise Unreadable(f"aggregateVersion {version} is none")
    try:
        minor = minor_units(state.amount, state.currency)
        refund_minor = minor_units(state.refund_amount, state.currency) if state.refund_amount else 0
    except ValueError as error:
        raise Unreadable(f"state is no payment: amount {error}") from error
    metadata = decoded(state.metadata)
    if found := terms(metadata):
        metadata[METADATA_TERMS] = found
    state.metadata = Raw(written(metadata))
    high, low = divmod(minor, SPLIT)
    more = (
        f',"amountMinor":{minor},"amountHigh":{high},"amountLow":{low},"refundMinor":{refund_minor},'
        f'"fingerprint":{fingerprint(event.organization_id, event.aggregate_id, version)},'
        f'"occurredAt":"{occurred_at}","indexedAt":"{indexed_at}"'
    )
    ended = f',"supersededAt":"{superseded_at}"' if superseded_at else ""
    return b"%b%b}" % (_encode(state)[:-1], f"{more}{ended}".encode())
