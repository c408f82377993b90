"""Packs of entries, as what they tell: each entry its own document, and none of them another's poison."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import ValidationError

from common.domain.documents import Document
from common.domain.model import JsonObject
from common.domain.packs import Pack, encoded, packed
from common.edge.validation import field_errors
from common.errors import Unreadable
from projector_app.ports import Part, Read, Told

Entry = Callable[[Pack, JsonObject, datetime], Document]
"""An entry of a pack and the instant of indexing, as its document. Raises ValidationError."""


def reading(document_of: Entry) -> Read:
    """How a context reads its packs."""

    def read(body: str, at: datetime) -> Told:
        pack = _pack(body)
        documents: list[Document] = []
        unreadable: list[Part] = []
        entries: dict[str, JsonObject] = {}
        for entry in pack.entries:
            try:
                document = document_of(pack, entry, at)
            except ValidationError as error:
                unreadable.append(Part(_alone(pack, [entry]), f"no entry: {_where(error)}"))
                continue
            # The same id once more is the same entry.
            if entries.setdefault(document.document_id, entry) is entry:
                documents.append(document)

        def cut(some: Sequence[Document]) -> str:
            return _alone(pack, [entries[document.document_id] for document in some])

        return Told(pack.organization_id, pack.received_at, documents, unreadable, cut)

    return read


def _pack(body: str) -> Pack:
    try:
        return Pack.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"no pack: {_where(error)}") from error


def _alone(pack: Pack, entries: Sequence[JsonObject]) -> str:
    ((body, _),) = packed(pack.model_copy(update={"entries": ()}), [encoded(entry) for entry in entries])
    return body


def _where(error: ValidationError) -> str:
    """The fields, and never what stands in them."""
    return ", ".join(wrong.field for wrong in field_errors(error.errors(include_url=False, include_input=False)))
