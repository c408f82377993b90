"""What the projector needs of the world; adapters beside, fakes in tests/fakes, one contract suite for both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from common.domain.documents import Document


class Message(msgspec.Struct, frozen=True, gc=False):
    """One queue message as it arrived."""

    message_id: str
    body: str
    redelivered: bool = False
    """An earlier delivery may have written its document and died before it told anybody."""
    sent_ms: int | None = None
    """When it was sent, in milliseconds since 1970; None if the queue does not say."""


@dataclass(frozen=True)
class Part:
    """Something within a message that is no document: a message's body with it alone, and why."""

    body: str
    reason: str


class Told(msgspec.Struct, frozen=True, gc=False):
    """What a message tells: documents of one organization."""

    organization_id: str
    occurred_at: datetime
    documents: Sequence[Document]
    unreadable: Sequence[Part] = ()
    cut: Callable[[Sequence[Document]], str] | None = None
    """A message's body with some of the documents alone, for those that the index never takes.

    None where a message is put aside as a whole.
    """

    @property
    def erases(self) -> bool:
        """Whether one of the documents does."""
        return True in [document.erases for document in self.documents]


Read = Callable[[str, str], Told]
"""A message's body and the instant of indexing, both as written, as what it tells.

Raises Unreadable for one that tells nothing.
"""


@dataclass(frozen=True)
class Poison:
    """A message that no retry will help, and why."""

    message: Message
    reason: str


class DeadLetters(Protocol):
    """Where messages wait for a person."""

    def put(self, poison: Sequence[Poison]) -> Sequence[Poison]:
        """Keep messages with their reasons; answers those that could not be kept."""


@dataclass(frozen=True)
class Progress:
    """What was projected of one organization: each event's lag from commit to index, and when the newest occurred."""

    lags_ms: Sequence[int]
    newest: datetime
    erased: bool = False
    """Something was taken away that cached answers may still show."""


class Epochs(Protocol):
    """The query cache's notion of what is still fresh."""

    def bump(self, progress: Mapping[str, Progress]) -> bool:
        """Make the cached answers of these organizations old, and note how far they are.

        What was kept of an organization with an erasure is deleted, and nothing older is kept any more after that.
        Answers whether the cache heard it; who bumped in vain for an erasure bumps again. Never raises.
        """


@dataclass(frozen=True)
class Taken:
    """A batch that is being worked on."""

    at_ms: int
    batch: str


class Intake(Protocol):
    """What operators can tell the queue's age by. Never raises: it is nothing that a projection would wait for."""

    def took(self, messages: Sequence[Message]) -> Taken | None:
        """Note a batch before it is worked on; None for one that cannot be noted."""

    def done(self, taken: Taken | None, left: Sequence[Message]) -> None:
        """Note what became of it: only these messages are left. Who dies before leaves all of them."""
