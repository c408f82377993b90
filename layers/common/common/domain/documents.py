"""Documents of the read model: what they are, where they are written, and what may become of a write.

The projector and the operators' rebuild write them; the adapters are `common.engines.document_writer`.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from sys import float_info
from typing import Any, Final, NamedTuple, Protocol

import msgspec
import orjson

from common.errors import Unreadable

MAX_LEVELS: Final = 250
"""Of a value in a document: orjson writes 254, and an answer has some of its own."""
_NESTS: Final = (dict, list)


class Document(msgspec.Struct, frozen=True, gc=False):
    """One document at one version of its aggregate; its JSON has only fields of the index mapping."""

    document_id: str
    organization_id: str
    version: int
    json: bytes
    erases: bool = False
    """It takes something away from readers, which nothing may show any more once it is written."""
    in_index: str | None = None
    """Where it belongs, if not with all others: made by its template when the first document comes."""

    @property
    def source(self) -> dict[str, Any]:
        """What its JSON says, for those who look."""
        source: dict[str, Any] = orjson.loads(self.json)
        return source


def written(source: Mapping[str, Any]) -> bytes:
    """A document's JSON. Raises Unreadable for what cannot be written, such as 255 levels."""
    try:
        # A copy: orjson's own bytes were cut to size, and keeping thousands of such has the allocator at work for
        # longer than writing them took.
        return b"%b" % orjson.dumps(source)
    except orjson.JSONEncodeError as error:
        raise Unreadable(f"cannot be written: {error}") from error


def must_be_readable(told: Any, levels: int = MAX_LEVELS) -> None:  # noqa: ANN401  # any JSON
    """Raise Unreadable for what msgspec reads and orjson, which reads answers and writes them, does not.

    That is what is nested deeper than so many levels, and an integer beyond all doubles.
    """
    if isinstance(told, _NESTS):
        if not levels:
            raise Unreadable("is nested too deep")
        for value in told.values() if isinstance(told, dict) else told:
            must_be_readable(value, levels - 1)
    elif isinstance(told, int) and not -float_info.max <= told <= float_info.max:
        raise Unreadable("holds a number beyond all doubles")


def newest_of(documents: Iterable[Document]) -> Sequence[Document]:
    """Each document once, at its highest version."""
    newest: dict[str, Document] = {}
    for document in documents:
        there = newest.get(document.document_id)
        if there is None or there.version < document.version:
            newest[document.document_id] = document
    return list(newest.values())


class Verdict(Enum):
    """What became of one document of a bulk."""

    APPLIED = auto()
    STALE = auto()
    """A newer version, or this one, is there already: just as good."""
    RETRY = auto()
    POISON = auto()
    """The index will never take it."""


class Result(NamedTuple):
    """A verdict, and for RETRY and POISON its reason."""

    verdict: Verdict
    reason: str = ""
    owed: bool = False
    """The live index has its verdict, but the other index of a rebuild must be told again."""


APPLIED: Final = Result(Verdict.APPLIED)
"""What becomes of nearly all."""


class SearchIndex(Protocol):
    """Where the documents live."""

    def upsert(self, documents: Sequence[Document]) -> Sequence[Result]:
        """Write each document unless its version or a newer one is there; a result for each.

        The ids are distinct, over all indices. Never raises for what one document or the engine's health did: those are
        results.
        """
