"""What the command side needs of the world; adapters beside, fakes in tests/fakes, one contract suite for both."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from common.bus import Caller
from common.domain.events import Event
from common.payments.state import PaymentState

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
    deadline: float = math.inf
    """When the call must have ended, by `time.monotonic()`."""


@dataclass(frozen=True)
class Outgoing:
    """A committed event on its way to the queue: where it is stored, and its wire form."""

    pk: str
    sk: str
    body: str


Commit = Sequence[Outgoing]
"""The events of one transaction; the first of them has the outbox mark of all."""


@dataclass(frozen=True)
class Erasure:
    """What the audit record of an erasure says beside the payment and the instant.

    `by` is the user id of the admin, `action` the command's name, `subject` the hash that stands for the erased user,
    or None where a payment was meant and not a user.
    """

    by: str
    action: str
    subject: str | None = None


class PaymentStore(Protocol):
    """State, events and outbox marks."""

    def load(self, organization_id: str, payment_id: str) -> PaymentState | None:
        """The newest state, read consistently; None where there is none."""

    def append(self, event: Event, claim: Claim | None, result: bytes) -> Outgoing:
        """Commit state, event, outbox mark and, under a claim, the result, in one transaction; answers what to send.

        Raises VersionConflict when the version before the event's is no longer the newest, Conflict when a new payment
        is there already, InFlight when the claim was lost, EngineUnavailable.
        """

    def append_new(self, events: Sequence[Event]) -> tuple[Commit, Mapping[str, PaymentState]]:
        """Commit first events of up to MAX_NEW distinct payments, in one transaction, but for those there already.

        Answers what to send, and the states found instead, by payment id. Raises VersionConflict when one of the
        payments is being written by another call right now, EngineUnavailable.
        """


class ErasureStore(PaymentStore, Protocol):
    """The payments, for those who erase them."""

    def erase(self, event: Event, erasure: Erasure) -> Outgoing:
        """Commit an erasure: its event and state, an audit record, and all earlier events without what is personal.

        One transaction, but for a payment of very many events, whose older ones are rewritten before it; who dies in
        between repeats it. Outbox marks stay as they are. Raises VersionConflict as `append` does, EngineUnavailable.
        """

    def payments_of(self, organization_id: str, user_id: str) -> Iterator[Sequence[str]]:
        """The ids of a user's payments, a page at a time, as of about a second ago. Raises EngineUnavailable."""


class DeadLetters(Protocol):
    """The messages that wait for a person."""

    def remove(self, superseded: Callable[[str, str, int], bool], deadline: float) -> bool:
        """Delete the letters of superseded events, asked for by organization, payment and version.

        Answers whether all letters were looked at before the deadline (`time.monotonic()`). Letters of which these
        cannot be read stay. Raises EngineUnavailable.
        """


class SavedSearches(Protocol):
    """The searches that users keep, and share, on the query side."""

    def forget(self, organization_id: str, user_id: str) -> None:
        """Remove the user's own and those that name the user; what the user shared stays, as nobody's.

        Doing it again does no harm. Raises VersionConflict, EngineUnavailable.
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
    """The commits whose events are not all known to be sent."""

    def pending(self, before: datetime, after: datetime) -> Iterator[Sequence[Commit]]:
        """Those of before one instant or after a later one, oldest first, a page at a time."""

    def clear(self, sent: Sequence[Commit]) -> None:
        """Remove the marks of commits whose events were all sent. Raises EngineUnavailable."""


class QueueWatch(Protocol):
    """What operators can tell the queue's age by."""

    def look(self) -> None:
        """Note it if the queue is empty now. Never raises: it is nothing that a sweep would fail for."""


class EventQueue(Protocol):
    """The way to the projector."""

    def send(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """Send in as few calls as the queue allows; answers those that arrived. Raises EngineUnavailable."""
