"""What the command side needs of the world; adapters beside, fakes in tests/fakes, one contract suite for both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from common.bus import Caller
from common.events import Event
from common.payments import PaymentState

MAX_NEW = 50
"""DynamoDB takes 100 actions in a transaction, and a new payment is two; their bytes stay under its 4 MB (tested)."""


@dataclass(frozen=True)
class Claim:
    """The right to work under an idempotency key until the lock runs out."""

    organization_id: str
    key: str
    owner: str


@dataclass(frozen=True)
class CommandContext(Caller):
    """The caller, and what came with this one command."""

    idempotency_key: str | None = None
    if_match: int | None = None
    claim: Claim | None = None


@dataclass(frozen=True)
class Outgoing:
    """A committed event on its way to the queue: where it is stored, and its wire form."""

    pk: str
    sk: str
    body: str


class PaymentStore(Protocol):
    """State, events and outbox marks."""

    def load(self, organization_id: str, payment_id: str) -> PaymentState | None:
        """The newest state, read consistently; None where there is none."""

    def append(self, event: Event, claim: Claim | None, result: bytes) -> Outgoing:
        """Commit state, event, outbox mark and, under a claim, the result, in one transaction; answers what to send.

        Raises VersionConflict when the version before the event's is no longer the newest, Conflict when a new payment
        is there already, InFlight when the claim was lost, EngineUnavailable.
        """

    def append_new(self, events: Sequence[Event]) -> tuple[Sequence[Outgoing], Mapping[str, PaymentState]]:
        """Commit first events of up to MAX_NEW distinct payments, in one transaction, but for those there already.

        Answers what to send, and the states found instead, by payment id. Raises VersionConflict when one of the
        payments is being written by another call right now, EngineUnavailable.
        """


class IdempotencyRecords(Protocol):
    """Which keys were used, for what, and how it ended."""

    def claim(self, organization_id: str, key: str, fingerprint: str) -> Claim | bytes:
        """The right to work under the key, or the result of who did.

        Raises Invalid when the key was used for another payload, InFlight while another call works under it.
        """

    def complete(self, claim: Claim, result: bytes) -> None:
        """Keep the result of work that was not committed together with it. Raises InFlight when the claim was lost."""

    def release(self, claim: Claim) -> None:
        """Give the key back, unless the work was completed."""


class OutboxMarks(Protocol):
    """The events that were committed and are not known to be sent."""

    def pending(self, before: datetime) -> Iterator[Sequence[Outgoing]]:
        """Those that occurred before an instant, oldest first, a page at a time."""

    def clear(self, sent: Sequence[Outgoing]) -> None:
        """Remove the marks of sent events. Raises EngineUnavailable."""


class EventQueue(Protocol):
    """The way to the projector."""

    def send(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """Send in as few calls as the queue allows; answers those that arrived. Raises EngineUnavailable."""
