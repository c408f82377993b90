"""The payments that match, in the order in which OpenSearch took them in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from common.domain.instants import iso
from common.engines.search import OpenSearch
from common.payments.index import ALIAS_READ
from query_app.opensearch import Searches
from query_app.payments.search import dsl
from query_app.payments.search.query import SearchPayments, Shown, Sort
from query_app.saved.search import Match

Json = dict[str, Any]

PAGE = 100


class OpenSearchMatches:
    """`Matches` on one alias."""

    def __init__(self, client: OpenSearch, alias: str = ALIAS_READ, page_size: int = PAGE) -> None:
        self._searches = Searches(client, alias)
        self._size = page_size

    def pages(
        self, organization_id: str, query: SearchPayments, indexed_from: datetime, updated_from: datetime
    ) -> Iterator[Sequence[Match]]:
        """A request a page."""
        shown = Shown(fields=("paymentId", "version", "indexedAt"))
        body = dsl.search(organization_id, replace(query, sort=Sort.PROCESSED, limit=self._size - 1, shown=shown))
        body.pop("aggs", None)
        body["track_total_hits"] = False
        body["sort"] = [{"indexedAt": {"order": "asc"}}, {"paymentId": {"order": "asc"}}]
        body["query"]["bool"]["filter"] += [
            {"range": {"indexedAt": {"gte": iso(indexed_from)}}},
            {"range": {"updatedAt": {"gte": iso(updated_from)}}},
        ]
        while True:
            answer = self._searches.search(organization_id, body, "hits.hits._source", "hits.hits.sort")
            hits = answer.get("hits", {}).get("hits", [])
            if hits:
                yield [_match(hit["_source"]) for hit in hits]
            if len(hits) < self._size:
                return
            body["search_after"] = hits[-1]["sort"]


def _match(source: Json) -> Match:
    return Match(source["paymentId"], source["version"], source["indexedAt"])
