"""What the projector needs of the world; adapters beside, fakes in tests/fakes, one contract suite for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """One queue message as it arrived."""

    message_id: str
    body: str
    redelivered: bool = False
    """An earlier delivery may have written its document and died before it told anybody."""


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


class Epochs(Protocol):
    """The query cache's notion of what is still fresh."""

    def bump(self, progress: Mapping[str, Progress]) -> None:
        """Make the cached answers of these organizations old, and note how far they are. Never raises."""
