"""From an entry as packs carry it to its document. Pure."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Raw, UnsetType
from msgspec.json import Encoder

from common.domain.canonical import Canonical, Integer, Written, at_once
from common.domain.documents import Document, must_be_readable
from common.domain.instants import must_be_instant, must_be_instants
from common.domain.raw_packs import WrittenPack
from common.logs.days import Days
from common.logs.index import INDICES
from common.logs.levels import Level

if TYPE_CHECKING:
    from common.logs.records import LogRecord

Attribute = Integer | str | float | bool | None | list[Any] | dict[str, Any]


class Shown(Written, kw_only=True):
    """An entry as the index has it: as it is written, but for what the projection sets, whatever a message says."""

    id: str | UnsetType
    entry_id: str | UnsetType = UNSET
    timestamp: str
    number: Integer
    level: Level
    service: str
    message: str
    trace_id: str | None = None
    correlation_id: str | None = None
    host: str | None = None
    attributes: dict[str, Attribute] | None = None
    stack_trace: str | None = None
    retention_days: Days | UnsetType
    organization_id: str | UnsetType = UNSET
    received_at: str | UnsetType = UNSET
    indexed_at: str | UnsetType = UNSET


class WrittenEntry(Shown, kw_only=True):
    """A `LogRecord` as it is written."""

    attributes: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        must_be_instant(self.timestamp)
        must_be_readable(self.attributes)


class PackOfEntries(WrittenPack[Shown]):
    """A pack with its entries, all written as we write them, looked at together."""

    def __post_init__(self) -> None:
        must_be_instants([self.received_at, *(entry.timestamp for entry in self.entries)])
        attributes = [entry.attributes for entry in self.entries if entry.attributes]
        # What else there is was looked at in decoding.
        if not {dict, list}.isdisjoint(map(type, chain.from_iterable(map(dict.values, attributes)))):
            must_be_readable(attributes)


def _model() -> type["LogRecord"]:
    from common.logs.records import LogRecord  # noqa: PLC0415  # see Canonical

    return LogRecord


canonical_entry: Final = Canonical(WrittenEntry, _model, no="no entry")
pack_of_entries: Final = at_once(PackOfEntries)
"""None for a pack whose entries must be read one by one."""
_encode: Final = Encoder().encode
_INDICES: Final[Mapping[Days | UnsetType, str]] = {days: indices.name for days, indices in INDICES.items()}


def documents_of(pack: WrittenPack[Any], indexed_at: str) -> Callable[[Shown | Raw], Document]:
    """How a pack's entries become documents, which never change: the same id once more is the same entry.

    The entry becomes its document: it is used up. Raises Unreadable for one that is no entry.
    """
    organization_id, received_at = pack.organization_id, pack.received_at

    def document_of(entry: Shown | Raw) -> Document:
        shown = entry if isinstance(entry, Shown) else canonical_entry(entry)
        entry_id, index = shown.id, _index(shown.retention_days, shown.timestamp[:10])
        shown.id = shown.retention_days = UNSET
        shown.entry_id, shown.organization_id = entry_id, organization_id
        shown.received_at, shown.indexed_at = received_at, indexed_at
        return Document(f"{organization_id}:{entry_id}", organization_id, 1, _encode(shown), in_index=index)

    return document_of


@lru_cache(maxsize=256)
def _index(days: Days | UnsetType, day: str) -> str:
    return f"{_INDICES[days]}-{day.replace('-', '.')}"
