"""What the projector needs of the world; adapters beside, fakes in tests/fakes, one contract suite for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """One queue message as it arrived."""

    message_id: str
    body: str
    redelivered: bool = False
    """An earlier delivery may have written its document and died before it told anybody."""


@dataclass(frozen=True)
class Document:
    """One document at one version of its aggregate; `source` has only fields of the index mapping."""

    document_id: str
    organization_id: str
    version: int
    source: Mapping[str, Any]


class Verdict(Enum):
    """What became of one document of a bulk."""

    APPLIED = auto()
    STALE = auto()
    """A newer version, or this one, is there already: just as good."""
    RETRY = auto()
    POISON = auto()
    """The index will never take it."""


@dataclass(frozen=True)
class Result:
    """A verdict, and for RETRY and POISON its reason."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Poison:
    """A message that no retry will help, and why."""

    message: Message
    reason: str


class SearchIndex(Protocol):
    """Where the documents live."""

    def upsert(self, documents: Sequence[Document]) -> Mapping[str, Result]:
        """Write each document unless its version or a newer one is there; one result a document id.

        The ids are distinct. Never raises for what one document or the engine's health did: those are results.
        """


class DeadLetters(Protocol):
    """Where messages wait for a person."""

    def put(self, poison: Sequence[Poison]) -> Sequence[Poison]:
        """Keep messages with their reasons; answers those that could not be kept."""


class Epochs(Protocol):
    """The query cache's notion of what is still fresh."""

    def bump(self, lags_ms: Mapping[str, int]) -> None:
        """Make the cached answers of these organizations old, and note their projection lag. Never raises."""
