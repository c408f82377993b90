"""An entry as packs carry it, and its document."""

from datetime import datetime

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
    attributes: JsonObject = {}
    stack_trace: str | None = None
    retention_days: Days


def document_of(pack: Pack, entry: JsonObject, indexed_at: datetime) -> Document:
    """One entry's document, which never changes: the same id once more is the same entry. Raises ValidationError."""
    record = LogRecord.model_validate(entry)
    told = record.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"id", "retention_days"})
    organization_id = pack.organization_id
    source = {
        "entryId": record.id,
        "organizationId": organization_id,
        **told,
        "receivedAt": iso(pack.received_at),
        "indexedAt": iso(indexed_at),
    }
    index = f"{INDICES[record.retention_days].name}-{record.timestamp:%Y.%m.%d}"
    return Document(f"{organization_id}:{record.id}", organization_id, 1, source, index=index)
