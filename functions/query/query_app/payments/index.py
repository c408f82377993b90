"""The payments index in OpenSearch."""

from typing import Any

from opensearchpy import OpenSearch

from common.payment_index import ALIAS_READ, document_id
from query_app.opensearch import Searches
from query_app.payments.filters import Filters
from query_app.payments.index_fields import INTERNAL_FIELDS
from query_app.payments.ports import Document, Found
from query_app.payments.search import dsl as search_dsl
from query_app.payments.search import results as search_results
from query_app.payments.search.cursor import Position
from query_app.payments.search.query import SearchPayments
from query_app.payments.statistics import dsl as statistics_dsl
from query_app.payments.statistics import results as statistics_results
from query_app.payments.suggestions import dsl as suggestions_dsl
from query_app.payments.suggestions import results as suggestions_results
from query_app.payments.suggestions.query import GetSuggestions

Json = dict[str, Any]


class OpenSearchIndex:
    """A `SearchIndex`: every request goes to the organization's one shard and filters by the organization as well."""

    def __init__(self, client: OpenSearch, alias: str = ALIAS_READ) -> None:
        self._searches = Searches(client, alias)
        self.ping = self._searches.ping

    def get(self, organization_id: str, payment_id: str) -> Document | None:
        """The newest document, read in real time."""
        excluded = [field for field in INTERNAL_FIELDS if field != "deleted"]
        source = self._get(organization_id, payment_id, {"_source_excludes": ",".join(excluded)})
        if source is None or source.pop("deleted", False):
            return None
        return source

    def search(self, organization_id: str, query: SearchPayments, position: Position | None) -> Found:
        """One request."""
        body = search_dsl.search(organization_id, query, position)
        parts = ("hits.total", "hits.hits._score", "hits.hits._source", "hits.hits.sort")
        return search_results.found(self._searches.search(organization_id, body, *parts))

    def statistics(self, organization_id: str, filters: Filters) -> Json:
        """One request."""
        body = statistics_dsl.statistics(organization_id, filters)
        return statistics_results.statistics(self._searches.search(organization_id, body, "aggregations"))

    def suggestions(self, organization_id: str, query: GetSuggestions) -> list[Json]:
        """One request."""
        body = suggestions_dsl.suggestions(organization_id, query)
        parts = ("suggest.*.options.text", "suggest.*.options._score", "suggest.*.length")
        return suggestions_results.suggestions(self._searches.search(organization_id, body, *parts))

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
