"""The search index in OpenSearch, written by bulks with external versions."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from common.batches import weighed
from common.domain.documents import Document, Result
from common.engines.bulks import MAX_BULK_BYTES, Action, Bulks, bytes_of
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

    def upsert(self, documents: Sequence[Document]) -> Sequence[Result]:
        """Write in as few requests as the byte limit allows; see `SearchIndex`."""
        results: list[Result] = []
        for actions in weighed(map(action_of, documents), bytes_of, self._max_bytes):
            some = documents[len(results) : len(results) + len(actions)]
            refresh = self._serves and (len(some) <= FEW or any(document.erases for document in some))
            results += self._bulks.send(actions, refresh=refresh)
        return results


def action_of(document: Document) -> Action:
    """How a bulk writes it."""
    document_id = orjson.dumps(document.document_id)
    where = _where(document.organization_id, document.in_index)
    return b'{"index":{"_id":%b,"version":%d%b}}' % (document_id, document.version, where), document.json


@lru_cache(maxsize=256)
def _where(organization_id: str, index: str | None) -> bytes:
    """The rest of an action, which many have in common."""
    action: dict[str, Any] = {"version_type": "external", "routing": organization_id}
    if index:
        action |= {"_index": index, "require_alias": False}
    return b",%b" % orjson.dumps(action)[1:-1]
