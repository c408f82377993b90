"""From an entry as packs carry it to its document. Pure."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from msgspec import Raw
from msgspec.json import Encoder

from common.domain.canonical import Canonical, Integer, Written, at_once
from common.domain.documents import Document, must_be_readable, writable
from common.domain.instants import must_be_instant
from common.domain.raw_packs import WrittenPack
from common.errors import Unreadable
from common.logs.days import Days
from common.logs.index import INDICES
from common.logs.levels import Level

if TYPE_CHECKING:
    from common.logs.records import LogRecord


class WrittenEntry(Written, kw_only=True):
    """A `LogRecord` as it is written."""

    id: str
    timestamp: str
    number: Integer
    level: Level
    service: str
    message: str
    trace_id: str | None = None
    correlation_id: str | None = None
    host: str | None = None
    attributes: dict[str, Any] | None = None
    stack_trace: str | None = None
    retention_days: Days

    def __post_init__(self) -> None:
        must_be_instant(self.timestamp)


def _model() -> type["LogRecord"]:
    from common.logs.records import LogRecord  # noqa: PLC0415  # see Canonical

    return LogRecord


canonical_entry: Final = Canonical(WrittenEntry, _model, no="no entry")
pack_of_entries: Final = at_once(WrittenPack[WrittenEntry])
"""None for a pack whose entries must be read one by one."""
_encode: Final = Encoder().encode
_SHORT: Final = 400
"""Bytes of an entry in which there is no room for a number of 309 digits beside what each entry has."""


def documents_of(pack: WrittenPack[Any], indexed_at: str) -> Callable[[WrittenEntry | Raw], Document]:
    """How a pack's entries become documents, which never change: the same id once more is the same entry.

    Raises Unreadable for one that is no entry.
    """
    organization_id = pack.organization_id
    told = {"organizationId": organization_id, "receivedAt": pack.received_at, "indexedAt": indexed_at}
    end = b",%b" % orjson.dumps(told)[1:]

    def document_of(entry: WrittenEntry | Raw) -> Document:
        written = entry if isinstance(entry, WrittenEntry) else canonical_entry(entry)
        try:
            text = _encode(written)
            if len(text) > _SHORT:
                must_be_readable(written.attributes)
        except RecursionError as error:
            raise Unreadable("is nested too deep") from error
        # The id stands first and is called otherwise; the days stand last, and the index tells them.
        json = writable(b'{"entryId"%b%b' % (text[5 : text.rindex(b",")], end))
        index = _index(written.retention_days, written.timestamp[:10])
        return Document(f"{organization_id}:{written.id}", organization_id, 1, json, in_index=index)

    return document_of


@lru_cache(maxsize=256)
def _index(days: Days, day: str) -> str:
    return f"{INDICES[days].name}-{day.replace('-', '.')}"
