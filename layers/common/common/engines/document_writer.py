"""The search index in OpenSearch, written by bulks with external versions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import ConnectionTimeout, TransportError

from common.domain.documents import Document, Result, Verdict
from common.edge.observability import logger

MAX_BULK_BYTES = 8 * 1024 * 1024
"""Under the 10 MiB that the smaller instances of OpenSearch Service take in a request."""

_ANSWER = "items.index.status,items.index.error.type,items.index.error.reason"
_NOT_THE_DOCUMENTS_FAULT = frozenset(
    {"cluster_block_exception", "index_not_found_exception", "index_closed_exception", "security_exception"}
)


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
        self._client = client
        self._alias = alias
        self._max_bytes = max_bytes
        self._serves = serves

    def upsert(self, documents: Sequence[Document]) -> Mapping[str, Result]:
        """Write in as few requests as the byte limit allows; see `SearchIndex`."""
        results: dict[str, Result] = {}
        for chunk in _chunks([(document, bulk_lines(document)) for document in documents], self._max_bytes):
            ids = [document.document_id for document, _ in chunk]
            refresh = self._serves and any(document.erases for document, _ in chunk)
            results.update(zip(ids, self._bulk([lines for _, lines in chunk], refresh=refresh), strict=True))
        return results

    def _bulk(self, actions: Sequence[bytes], *, refresh: bool) -> Sequence[Result]:
        try:
            try:
                answer = self._send(actions, refresh=refresh)
            except ConnectionTimeout:
                raise
            except NoConnection:
                # A kept connection may have been closed while the function slept; versions make a second time harmless.
                answer = self._send(actions, refresh=refresh)
        except NoConnection as error:
            return [Result(Verdict.RETRY, f"OpenSearch did not answer: {type(error).__name__}")] * len(actions)
        except TransportError as error:
            if error.status_code == 413 and len(actions) > 1:
                half = len(actions) // 2
                return [
                    *self._bulk(actions[:half], refresh=refresh),
                    *self._bulk(actions[half:], refresh=refresh),
                ]
            verdict = Verdict.POISON if error.status_code == 413 else Verdict.RETRY
            logger.error("bulk refused", extra={"status": error.status_code, "reason": error.error})
            return [Result(verdict, f"OpenSearch answered {error.status_code}: {error.error}")] * len(actions)
        return [_result(item["index"]) for item in answer["items"]]

    def _send(self, actions: Sequence[bytes], *, refresh: bool) -> dict[str, Any]:
        params = {"filter_path": _ANSWER, "require_alias": "true"}
        if refresh:
            params["refresh"] = "true"
        answer: dict[str, Any] = self._client.bulk(body=b"".join(actions), index=self._alias, params=params)
        return answer


def bulk_lines(document: Document) -> bytes:
    """The action and its document, as a bulk has them."""
    where: dict[str, Any] = {"_index": document.index, "require_alias": False} if document.index else {}
    action = {
        "index": {
            **where,
            "_id": document.document_id,
            "routing": document.organization_id,
            "version": document.version,
            "version_type": "external",
        }
    }
    return b"%b\n%b\n" % (orjson.dumps(action), orjson.dumps(document.source))


def _chunks(entries: Sequence[tuple[Document, bytes]], max_bytes: int) -> Iterator[Sequence[tuple[Document, bytes]]]:
    chunk: list[tuple[Document, bytes]] = []
    size = 0
    for entry in entries:
        if chunk and size + len(entry[1]) > max_bytes:
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += len(entry[1])
    if chunk:
        yield chunk


def _result(item: Mapping[str, Any]) -> Result:
    status = item["status"]
    if status < 300:
        return Result(Verdict.APPLIED)
    if status == 409:
        return Result(Verdict.STALE)
    error = item.get("error", {})
    reason = f"OpenSearch answered {status} {error.get('type')}: {error.get('reason')}"
    misled = "no write index is defined" in str(error.get("reason"))
    transient = status == 429 or status >= 500 or misled or error.get("type") in _NOT_THE_DOCUMENTS_FAULT
    return Result(Verdict.RETRY if transient else Verdict.POISON, reason)
