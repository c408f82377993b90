"""The log entries in OpenSearch."""

from collections.abc import Sequence
from datetime import datetime

from common.engines.search import OpenSearch
from common.logs.index import ALL_INDICES
from query_app.logs import dsl, results
from query_app.logs.ports import Found, Hit, Sample, Steps
from query_app.logs.query import CountLogs, FindPatterns, FollowLogs, SearchLogs
from query_app.opensearch import Searches

_HITS = ("hits.total", "hits.hits._source", "hits.hits.sort", "hits.hits.highlight")


class OpenSearchLogs:
    """A `LogIndex`: every request goes to the organization's shards and filters by the organization as well."""

    def __init__(self, client: OpenSearch) -> None:
        self._searches = Searches(client, ALL_INDICES)

    def search(self, organization_id: str, query: SearchLogs) -> Found:
        """One request."""
        return results.found(self._searches.search(organization_id, dsl.search(organization_id, query), *_HITS))

    def count(self, organization_id: str, query: CountLogs) -> Steps:
        """One request."""
        return results.steps(self._searches.search(organization_id, dsl.count(organization_id, query), "aggregations"))

    def sample(self, organization_id: str, query: FindPatterns) -> Sample:
        """One request."""
        return results.sample(self._searches.search(organization_id, dsl.sample(organization_id, query), *_HITS))

    def follow(self, organization_id: str, query: FollowLogs, until: datetime) -> Sequence[Hit]:
        """One request."""
        body = dsl.follow(organization_id, query, until)
        hits = results.hits(self._searches.search(organization_id, body, "hits.hits._source", "hits.hits.sort"))
        return hits if query.position else hits[::-1]
