"""Names of metrics as an OpenSearch body. Pure."""

from typing import Any

from common.metrics.points import MAX_DIMENSIONS
from common.metrics.series import Kind
from query_app.dsl import TIMEOUT, tenant
from query_app.metrics.names.query import GetNames

Json = dict[str, Any]

MAX_NAMES = 1_000
_MAX_UNITS = 10
_MAX_KEYS = 5 * MAX_DIMENSIONS


def names(organization_id: str, query: GetNames) -> Json:
    """Each name with its types, their units, and the dimensions of these."""
    clauses: list[Json] = [tenant(organization_id), {"range": {"at": {"gte": query.since}}}]
    if query.prefix:
        clauses.append({"prefix": {"name": query.prefix}})
    last = {"last": {"max": {"field": "at"}}}
    keys = {"keys": _terms("dimensionKeys", _MAX_KEYS)}
    units = {"units": {**_terms("unit", _MAX_UNITS), "aggs": {**keys, **last}}}
    types = {"types": {**_terms("type", len(Kind)), "aggs": units}}
    return {
        "query": {"bool": {"filter": clauses}},
        "size": 0,
        "track_total_hits": False,
        "timeout": TIMEOUT,
        "aggs": {"names": {**_terms("name", MAX_NAMES), "aggs": types}},
    }


def _terms(field: str, size: int) -> Json:
    return {"terms": {"field": field, "size": size, "order": {"_key": "asc"}}}
