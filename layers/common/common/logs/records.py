"""An entry as packs carry it, and its document."""

from datetime import datetime
from functools import lru_cache

from common.domain.canonical import Canonical
from common.domain.documents import Document
from common.domain.model import JsonObject, Timestamp, WireModel, iso
from common.domain.packs import Pack
from common.logs.index import INDICES
from common.logs.levels import Level
from common.logs.retention import Days


class LogRecord(WireModel):
    """An entry that was accepted: it has an id, and how long it is kept."""

    id: str
    timestamp: Timestamp
    number: int
    level: Level
    service: str
    message: str
    trace_id: str | None = None
    correlation_id: str | None = None
    host: str | None = None
    attributes: JsonObject | None = None
    stack_trace: str | None = None
    retention_days: Days


_canonical = Canonical(LogRecord)
_told = lru_cache(maxsize=16)(iso)
"""All entries of a pack have these instants."""


def document_of(pack: Pack, entry: JsonObject, indexed_at: datetime) -> Document:
    """One entry's document, which never changes: the same id once more is the same entry. Raises ValidationError."""
    source = {
        **_canonical(entry),
        "organizationId": pack.organization_id,
        "receivedAt": _told(pack.received_at),
        "indexedAt": _told(indexed_at),
    }
    source["entryId"] = entry_id = source.pop("id")
    index = f"{INDICES[source.pop('retentionDays')].name}-{source['timestamp'][:10].replace('-', '.')}"
    return Document(f"{pack.organization_id}:{entry_id}", pack.organization_id, 1, source, index=index)
