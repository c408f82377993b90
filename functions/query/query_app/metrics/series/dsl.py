"""Series as OpenSearch bodies. Pure."""

import re
from typing import Any

from common.domain.instants import iso
from query_app.dsl import TIMEOUT, tenant
from query_app.language.clauses import filtering
from query_app.metrics.fields import METRICS
from query_app.metrics.series.query import Function, GetSeries

Json = dict[str, Any]

MAX_GROUPS = 50
MAX_SKETCHES = 10_000
"""What OpenSearch gives at once."""

_NEEDED = {
    Function.RATE: ("sum",),
    Function.SUM: ("sum",),
    Function.AVG: ("sum", "count"),
    Function.COUNT: ("count",),
    Function.MIN: ("min",),
    Function.MAX: ("max",),
}
_ENDS = ("min", "max")
"""Of the values that a percentile lies among."""
_HOW = {"sum": "sum", "count": "sum", "min": "min", "max": "max"}


def aggregated(organization_id: str, query: GetSeries) -> Json:
    """What each step needs, by the values of each dimension within those of the one before."""
    steps = query.steps
    histogram = {
        "field": "at",
        "fixed_interval": steps.interval,
        "offset": f"{steps.offset_days}d",
        "min_doc_count": 1,
    }
    needed = {field: {_HOW[field]: {"field": field}} for field in _NEEDED.get(query.function, _ENDS)}
    aggregations: Json = {"steps": {"date_histogram": histogram, "aggs": needed}}
    for key in reversed(query.group_by):
        # One more tells that there are too many.
        terms = {"field": "dimensions", "include": f"{_literally(key)}=.*", "size": MAX_GROUPS + 1}
        aggregations = {"values": {"terms": terms, "aggs": aggregations}}
    units = {"terms": {"field": "unit", "size": 2}}
    return {
        **_body(organization_id, query),
        "size": 0,
        "track_total_hits": False,
        "aggs": {**aggregations, "units": units},
    }


def sketches(organization_id: str, query: GetSeries) -> Json:
    """The same, and the sketch of each roll-up, which only we can merge."""
    fields = ["sketch", *(["dimensions"] if query.group_by else [])]
    return {
        **aggregated(organization_id, query),
        "size": MAX_SKETCHES,
        "track_total_hits": MAX_SKETCHES + 1,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": fields,
        # Tells with each hit when it begins, for less than another of its fields takes.
        "sort": ["at"],
    }


def _body(organization_id: str, query: GetSeries) -> Json:
    steps = query.steps
    clauses = [
        tenant(organization_id),
        {"term": {"name": query.name}},
        {"range": {"at": {"gte": iso(steps.first), "lt": iso(steps.end)}}},
        *({"term": {"dimensionKeys": key}} for key in query.group_by),
        *filtering(query.condition, METRICS),
    ]
    return {"query": {"bool": {"filter": clauses}}, "timeout": TIMEOUT}


def _literally(text: str) -> str:
    """In a regular expression of Lucene's."""
    return re.sub(r"[^A-Za-z0-9_]", r"\\\g<0>", text)
