"""Packs of entries, as what they tell: each entry its own document, and none of them another's poison."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Raw

from common.domain.documents import Document
from common.domain.instants import of_iso
from common.domain.raw_packs import WrittenPack, alone, written_pack
from common.errors import Unreadable
from projector_app.ports import Part, Read, Told

DocumentsOf = Callable[[WrittenPack[Any], str], Callable[[Any], Document]]
"""How a pack's entries become documents, by the instant of indexing. Raises Unreadable for an entry that is none."""
Look = Callable[[str], WrittenPack[Any] | None]
"""A pack whose entries are decoded with it; None for one whose entries must be read one by one."""


def reading(documents_of: DocumentsOf, look: Look | None = None) -> Read:
    """How a context reads its packs."""

    def read(body: str, indexed_at: str) -> Told:
        pack = look(body) if look else None
        documents = _together(pack, documents_of(pack, indexed_at)) if pack else None
        unreadable: Sequence[Part] = []
        if pack is None or documents is None:
            pack = written_pack(body)
            documents, unreadable = _one_by_one(pack, documents_of(pack, indexed_at))

        def cut(some: Sequence[Document]) -> str:
            # Few packs are ever cut, and entries take more room than the documents for which all others wait.
            whole = written_pack(body)
            document_of = documents_of(whole, indexed_at)
            entries: dict[str, Raw] = {}
            for entry in whole.entries:
                with suppress(Unreadable):
                    entries.setdefault(document_of(entry).document_id, entry)
            return alone(whole, [entries[document.document_id] for document in some])

        return Told(pack.organization_id, of_iso(pack.received_at), documents, unreadable, cut)

    return read


def _together(pack: WrittenPack[Any], document_of: Callable[[Any], Document]) -> Sequence[Document] | None:
    """The documents of a pack that is decoded with its entries; None where one is none, to be put aside as it came."""
    try:
        return _each_once(map(document_of, pack.entries))
    except Unreadable:
        return None


def _one_by_one(
    pack: WrittenPack[Raw], document_of: Callable[[Raw], Document]
) -> tuple[Sequence[Document], Sequence[Part]]:
    """The documents, and the entries that are none."""
    documents: list[Document] = []
    unreadable: list[Part] = []
    for entry in pack.entries:
        try:
            documents.append(document_of(entry))
        except Unreadable as error:
            unreadable.append(Part(alone(pack, [entry]), error.detail))
    return _each_once(documents), unreadable


def _each_once(documents: Iterable[Document]) -> Sequence[Document]:
    """The same id once more is the same entry."""
    once: dict[str, Document] = {}
    for document in documents:
        once.setdefault(document.document_id, document)
    return list(once.values())
