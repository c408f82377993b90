"""How many log entries match, by the time when OpenSearch took them in."""

from datetime import datetime

from common.domain.instants import iso
from query_app.dsl import TIMEOUT
from query_app.logs import dsl
from query_app.logs.query import SearchLogs
from query_app.opensearch import Searches


class OpenSearchCounts:
    """`Counts` on the indices of log entries."""

    def __init__(self, searches: Searches) -> None:
        self._searches = searches

    def count(self, organization_id: str, query: SearchLogs, since: datetime, until: datetime) -> int:
        """One request."""
        matching = dsl.matching(organization_id, query)
        matching["bool"]["filter"].append({"range": {"indexedAt": {"gte": iso(since), "lt": iso(until)}}})
        body = {"query": matching, "size": 0, "track_total_hits": True, "timeout": TIMEOUT}
        total: int = self._searches.search(organization_id, body, "hits.total")["hits"]["total"]["value"]
        return total
