"""What metrics were around some time, from the roll-ups by the minute."""

from datetime import datetime
from typing import Any

from common.domain.instants import iso
from query_app.dsl import TIMEOUT, tenant
from query_app.opensearch import Searches

MOST_METRICS = 100
_HOW = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}


class OpenSearchAround:
    """`Around` on the roll-ups."""

    def __init__(self, searches: Searches) -> None:
        self._searches = searches

    def metrics(self, organization_id: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """One request."""
        figures: dict[str, Any] = {name: {how: {"field": name}} for name, how in _HOW.items()}
        kinds = {name: {"terms": {"field": name, "size": 1}} for name in ("type", "unit")}
        names = {"terms": {"field": "name", "size": MOST_METRICS, "order": {"_key": "asc"}}}
        body = {
            "query": {
                "bool": {"filter": [tenant(organization_id), {"range": {"at": {"gte": iso(start), "lte": iso(end)}}}]}
            },
            "size": 0,
            "track_total_hits": False,
            "timeout": TIMEOUT,
            "aggs": {"names": {**names, "aggs": {**figures, **kinds}}},
        }
        answer = self._searches.search(organization_id, body, "aggregations")
        buckets = answer.get("aggregations", {}).get("names", {}).get("buckets", [])
        return [
            {
                "name": bucket["key"],
                **{name: next((each["key"] for each in bucket[name]["buckets"]), "") for name in kinds},
                **{name: bucket[name]["value"] for name in _HOW},
                "count": round(bucket["count"]["value"]),
            }
            for bucket in buckets
        ]
