"""The search index in OpenSearch, written by bulks with external versions."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from common.batches import weighed
from common.domain.documents import Document, Result
from common.engines.bulks import MAX_BULK_BYTES, Bulks
from common.engines.search import OpenSearch

FEW: Final = 250
"""Documents of a bulk."""


class OpenSearchIndex:
    """`SearchIndex`: an alias takes what names no index of its own.

    One that serves shows at once what erases, and what comes in few (docs/adr/0031). Many wait for the index's own
    refresh, which costs each of them less.
    """

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
        actions = zip(documents, map(bulk_lines, documents), strict=True)
        for chunk in weighed(actions, lambda action: len(action[1]), self._max_bytes):
            ids = [document.document_id for document, _ in chunk]
            refresh = self._serves and (len(chunk) <= FEW or any(document.erases for document, _ in chunk))
            results.update(zip(ids, self._bulks.send([lines for _, lines in chunk], refresh=refresh), strict=True))
        return results


def bulk_lines(document: Document) -> bytes:
    """The action and its document, as a bulk has them."""
    document_id = orjson.dumps(document.document_id)
    where = _where(document.organization_id, document.in_index)
    return b'{"index":{"_id":%b,"version":%d%b}}\n%b\n' % (document_id, document.version, where, document.json)


@lru_cache(maxsize=256)
def _where(organization_id: str, index: str | None) -> bytes:
    """The rest of an action, which many have in common."""
    action: dict[str, Any] = {"version_type": "external", "routing": organization_id}
    if index:
        action |= {"_index": index, "require_alias": False}
    return b",%b" % orjson.dumps(action)[1:-1]
