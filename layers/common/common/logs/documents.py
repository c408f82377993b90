"""From an entry as packs carry it to its document. Pure."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson
from msgspec import Raw
from msgspec.json import Encoder

from common.domain.canonical import Canonical, Integer, Written, decoded, must_be_object
from common.domain.documents import Document
from common.domain.instants import is_instant
from common.domain.raw_packs import WrittenPack
from common.logs.days import Days
from common.logs.index import INDICES
from common.logs.levels import Level

if TYPE_CHECKING:
    from common.logs.records import LogRecord


_NONE: Final = Raw(b"null")


class WrittenEntry(Written, kw_only=True):
    """A `LogRecord` as it is written; its attributes as text."""

    id: str
    timestamp: str
    number: Integer
    level: Level
    service: str
    message: str
    trace_id: str | None = None
    correlation_id: str | None = None
    host: str | None = None
    attributes: Raw = _NONE
    stack_trace: str | None = None
    retention_days: Days

    def __post_init__(self) -> None:
        if not is_instant(self.timestamp):
            raise ValueError("is no instant as we write them")
        if self.attributes is not _NONE:
            must_be_object(self.attributes)


def _model() -> type["LogRecord"]:
    from common.logs.records import LogRecord  # noqa: PLC0415  # see Canonical

    return LogRecord


canonical_entry: Final = Canonical(WrittenEntry, _model, no="no entry")
_encode: Final = Encoder().encode


def document_of(pack: WrittenPack, entry: Raw, indexed_at: str) -> Document:
    """One entry's document, which never changes: the same id once more is the same entry. Raises Unreadable."""
    written = canonical_entry(entry)
    if written.attributes is not _NONE:
        # Each name once, which OpenSearch insists on.
        written.attributes = Raw(orjson.dumps(decoded(written.attributes)))
    text = _encode(written)
    # The id stands first and is called otherwise; the days stand last, and the index tells them.
    json = b'{"entryId"%b%b' % (
        text[5 : text.rindex(b",")],
        _end_of_all(pack.organization_id, pack.received_at, indexed_at),
    )
    index = _index(written.retention_days, written.timestamp[:10])
    return Document(f"{pack.organization_id}:{written.id}", pack.organization_id, 1, json, in_index=index)


@lru_cache(maxsize=16)
def _end_of_all(organization_id: str, received_at: str, indexed_at: str) -> bytes:
    """How the documents of a pack end."""
    end = {"organizationId": organization_id, "receivedAt": received_at, "indexedAt": indexed_at}
    return b",%b" % orjson.dumps(end)[1:]


@lru_cache(maxsize=256)
def _index(days: Days, day: str) -> str:
    return f"{INDICES[days].name}-{day.replace('-', '.')}"
