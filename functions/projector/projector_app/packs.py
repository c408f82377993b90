"""Packs of entries, as what they tell: each entry its own document, and none of them another's poison."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from msgspec import Raw

from common.domain.documents import Document
from common.domain.instants import iso
from common.domain.raw_packs import WrittenPack, alone, written_pack
from common.errors import Unreadable
from projector_app.ports import Part, Read, Told

Entry = Callable[[WrittenPack, Raw, str], Document]
"""An entry of a pack and the instant of indexing, as its document. Raises Unreadable."""

_iso = lru_cache(maxsize=1)(iso)
"""A batch is indexed at one instant."""


def reading(document_of: Entry) -> Read:
    """How a context reads its packs."""

    def read(body: str, indexed_at: datetime) -> Told:
        pack, at = written_pack(body), _iso(indexed_at)
        documents: list[Document] = []
        unreadable: list[Part] = []
        entries: dict[str, Raw] = {}
        for entry in pack.entries:
            try:
                document = document_of(pack, entry, at)
            except Unreadable as error:
                unreadable.append(Part(alone(pack, [entry]), error.detail))
                continue
            # The same id once more is the same entry.
            if entries.setdefault(document.document_id, entry) is entry:
                documents.append(document)

        def cut(some: Sequence[Document]) -> str:
            return alone(pack, [entries[document.document_id] for document in some])

        return Told(pack.organization_id, datetime.fromisoformat(pack.received_at), documents, unreadable, cut)

    return read
