"""The roll-ups in OpenSearch."""

from typing import Any

from common.engines.search import OpenSearch
from common.metrics.index import INDICES
from common.metrics.rollups import Level
from query_app.metrics.names import dsl as names_dsl
from query_app.metrics.names import results as names_results
from query_app.metrics.names.query import GetNames
from query_app.metrics.series import dsl as series_dsl
from query_app.metrics.series import results as series_results
from query_app.metrics.series.query import GetSeries
from query_app.opensearch import Searches

Json = dict[str, Any]

_SKETCHES = ("hits.total", "hits.hits.sort", "hits.hits.fields", "aggregations")


class OpenSearchRollUps:
    """`RollUps`: every request goes to the organization's shard of each index and filters by the organization."""

    def __init__(self, client: OpenSearch) -> None:
        self._of = {level: Searches(client, indices.pattern) for level, indices in INDICES.items()}

    def series(self, organization_id: str, query: GetSeries) -> Json:
        """One request."""
        searches = self._of[query.steps.interval.level]
        if query.function.share is None:
            answer = searches.search(organization_id, series_dsl.aggregated(organization_id, query), "aggregations")
            return series_results.aggregated(query, answer.get("aggregations", {}))
        answer = searches.search(organization_id, series_dsl.sketches(organization_id, query), *_SKETCHES)
        return series_results.percentiles(query, answer)

    def names(self, organization_id: str, query: GetNames) -> Json:
        """One request."""
        answer = self._of[Level.DAY].search(organization_id, names_dsl.names(organization_id, query), "aggregations")
        return names_results.names(answer.get("aggregations", {}))
