"""Requests that were asked before, word for word: what they ask is known without reading and checking them again."""

from collections.abc import Hashable
from typing import Any

from cachetools import LRUCache

from common.domain.consistency import HEADER
from common.domain.instants import now
from query_app.query import Query

_REMEMBERED = 4_096


class Repeats:
    """The queries of the latest requests.

    A request is the same when its caller, address and parameters are, within one minute: a text may speak of now. One
    with a consistency token is never remembered, nor one with a cursor, which expires, nor a query by id, whose answer
    has headers of its own.
    """

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._queries: LRUCache[Hashable, Query] = LRUCache(remembered)

    def remember(self, event: dict[str, Any], query: Query) -> None:
        """The request was found to be in order, and asks this."""
        key = _key(event)
        if key is not None and query.cacheable and not query.by_id:
            self._queries[key] = query

    def query_of(self, event: dict[str, Any]) -> Query | None:
        """What the request asks, if it is known."""
        key = _key(event)
        return None if key is None else self._queries.get(key)


def _key(event: dict[str, Any]) -> Hashable:
    if HEADER.lower() in event.get("headers", {}) or "cursor" in (event.get("queryStringParameters") or {}):
        return None
    context = event["requestContext"]
    claims = (context.get("authorizer") or {}).get("jwt", {}).get("claims") or {}
    minute = now().replace(second=0, microsecond=0)
    return minute, event["routeKey"], event["rawPath"], event["rawQueryString"], str(claims)
