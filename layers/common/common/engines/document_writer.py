"""The search index in OpenSearch, written by bulks with external versions."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from common.batches import weighed
from common.domain.documents import Document, Result
from common.engines.bulks import MAX_BULK_BYTES, Bulks
from common.engines.search import OpenSearch


class OpenSearchIndex:
    """`SearchIndex`: an alias takes what names no index of its own. One that serves refreshes at once what erases."""

    def __init__(
        self,
        client: OpenSearch,
        alias: str | None = None,
        max_bytes: int = MAX_BULK_BYTES,
        *,
        serves: bool = False,
    ) -> None:
        self._bulks = Bulks(client, alias)
        self._max_bytes = max_bytes
        self._serves = serves

    def upsert(self, documents: Sequence[Document]) -> Mapping[str, Result]:
        """Write in as few requests as the byte limit allows; see `SearchIndex`."""
        results: dict[str, Result] = {}
        actions = [(document, bulk_lines(document)) for document in documents]
        for chunk in weighed(actions, lambda action: len(action[1]), self._max_bytes):
            ids = [document.document_id for document, _ in chunk]
            refresh = self._serves and any(document.erases for document, _ in chunk)
            results.update(zip(ids, self._bulks.send([lines for _, lines in chunk], refresh=refresh), strict=True))
        return results


def bulk_lines(document: Document) -> bytes:
    """The action and its document, as a bulk has them."""
    action: dict[str, Any] = {
        "_id": document.document_id,
        "routing": document.organization_id,
        "version": document.version,
        "version_type": "external",
    }
    if document.index:
        action |= {"_index": document.index, "require_alias": False}
    return b'{"index":%b}\n%b\n' % (orjson.dumps(action), orjson.dumps(document.source))
