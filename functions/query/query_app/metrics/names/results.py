"""OpenSearch's answer as names. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def names(aggregations: Mapping[str, Any]) -> Json:
    """A row for each name, type and unit."""
    found = aggregations.get("names", {"buckets": [], "sum_other_doc_count": 0})
    return {
        "names": [
            {
                "name": name["key"],
                "type": kind["key"],
                "unit": unit["key"],
                "dimensions": [key["key"] for key in unit["keys"]["buckets"]],
                "lastDay": (_EPOCH + timedelta(milliseconds=unit["last"]["value"])).date().isoformat(),
            }
            for name in found["buckets"]
            for kind in name["types"]["buckets"]
            for unit in kind["units"]["buckets"]
        ],
        "complete": found["sum_other_doc_count"] == 0,
    }
