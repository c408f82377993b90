"""The payments index in OpenSearch."""

from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from common.engines.search import OpenSearch
from common.payments.index import ALIAS_READ, ALIAS_TIMELINE, document_id
from query_app.opensearch import Searches
from query_app.payments.index_fields import INTERNAL_FIELDS
from query_app.payments.ports import Document, Found
from query_app.payments.search import dsl as search_dsl
from query_app.payments.search import results as search_results
from query_app.payments.search import spelling
from query_app.payments.search.query import SearchPayments
from query_app.payments.statistics import dsl as statistics_dsl
from query_app.payments.statistics import results as statistics_results
from query_app.payments.statistics.query import GetStatistics
from query_app.payments.suggestions import dsl as suggestions_dsl
from query_app.payments.suggestions import results as suggestions_results
from query_app.payments.suggestions.query import GetSuggestions

Json = dict[str, Any]


class OpenSearchIndex:
    """A `SearchIndex`: every request goes to the organization's one shard and filters by the organization as well."""

    def __init__(self, client: OpenSearch, alias: str = ALIAS_READ, timeline: str = ALIAS_TIMELINE) -> None:
        self._searches = Searches(client, alias)
        self._timeline = Searches(client, timeline)
        self.ping = self._searches.ping

    def get(self, organization_id: str, payment_id: str) -> Document | None:
        """The newest document, read in real time."""
        excluded = [field for field in INTERNAL_FIELDS if field != "deleted"]
        source = self._get(organization_id, payment_id, {"_source_excludes": ",".join(excluded)})
        if source is None or source.pop("deleted", False):
            return None
        return source

    def search(self, organization_id: str, query: SearchPayments) -> Found:
        """One request, facets included."""
        body = search_dsl.search(organization_id, query)
        hits = ("_score", "_source", "sort", "highlight")
        parts = ("hits.total", *(f"hits.hits.{part}" for part in hits), "aggregations")
        searches = self._timeline if query.as_of else self._searches
        return search_results.found(query, searches.search(organization_id, body, *parts))

    def corrections(self, organization_id: str, words: Sequence[str]) -> dict[str, str]:
        """One request."""
        body = spelling.nearest(organization_id, words)
        answer = self._searches.search(organization_id, body, "aggregations")
        return spelling.corrections(words, answer["aggregations"])

    def statistics(self, organization_id: str, queries: Sequence[GetStatistics]) -> list[Json]:
        """One request."""
        bodies = [statistics_dsl.statistics(organization_id, query) for query in queries]
        answers = iter(self._searches.search_all(organization_id, list(chain(*bodies)), "aggregations"))
        return [
            statistics_results.statistics(query, list(islice(answers, len(its))))
            for query, its in zip(queries, bodies, strict=True)
        ]

    def suggestions(self, organization_id: str, query: GetSuggestions) -> list[Json]:
        """One request."""
        body = suggestions_dsl.suggestions(organization_id, query)
        answer = self._searches.search(organization_id, body, "aggregations")
        return suggestions_results.suggestions(query, answer)

    def stored_version(self, organization_id: str, payment_id: str) -> int:
        """The version a realtime get sees."""
        source = self._get(organization_id, payment_id, {"_source_includes": "version"})
        return int(source["version"]) if source else 0

    def searchable_version(self, organization_id: str, payment_id: str) -> int:
        """The version a search sees."""
        ids = {"values": [document_id(organization_id, payment_id)]}
        body = {"query": {"ids": ids}, "size": 1, "_source": ["version"]}
        hits = self._searches.search(organization_id, body, "hits.hits._source").get("hits", {}).get("hits", [])
        return int(hits[0]["_source"]["version"]) if hits else 0

    def _get(self, organization_id: str, payment_id: str, params: Json) -> Json | None:
        return self._searches.get(organization_id, document_id(organization_id, payment_id), params)
