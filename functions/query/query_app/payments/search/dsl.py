"""A search as an OpenSearch body: pure."""

from typing import Any

from query_app.dsl import TIMEOUT, tenant
from query_app.language.clauses import filtering, scoring
from query_app.language.tree import Node, about, without
from query_app.payments.fields import PAYMENTS
from query_app.payments.index_fields import DELETED, INTERNAL_FIELDS
from query_app.payments.search import facets, spelling
from query_app.payments.search.query import SearchPayments, Sort, Total

Json = dict[str, Any]

BOUND = 10_000
_ID = {"paymentId": {"order": "asc"}}
_HIGHLIGHT: Json = {
    "encoder": "html",
    "number_of_fragments": 0,
    "fields": {"description": {}, "metadata.tags": {}, "paymentId": {}, "error": {}},
}


def search(organization_id: str, query: SearchPayments) -> Json:
    """One payment more than the limit, so that it shows whether another page follows; going backward, in reverse.

    A narrowing whose facet is asked for is applied after the counting, for each facet passes over its own.
    """
    condition, own = query.filters.tree(), {}
    for facet in query.shown.facets:
        if clauses := filtering(about(condition, facets.NARROWED_BY[facet]), PAYMENTS):
            own[facet] = clauses
            condition = without(condition, facets.NARROWED_BY[facet])
    order, position = _order(query.sort), query.position
    body: Json = {
        "query": {"bool": _matching(organization_id, query, condition)},
        "sort": [_reversed(each) for each in order] if position and position.backward else order,
        "size": query.limit + 1,
        "track_total_hits": True if query.shown.total is Total.EXACT else BOUND,
        "timeout": TIMEOUT,
        "_source": {"includes": list(query.shown.fields), "excludes": list(INTERNAL_FIELDS)},
    }
    counted = {**facets.aggregations(query.shown.facets, own), **_spelling(query)}
    if own:
        body["post_filter"] = {"bool": {"filter": [each for facet in own for each in own[facet]]}}
    if counted:
        body["aggs"] = counted
    if position:
        body["search_after"] = list(position.sort_values)
    if query.shown.highlight:
        body["highlight"] = _HIGHLIGHT
    return body


def _matching(organization_id: str, query: SearchPayments, condition: Node) -> Json:
    passed, scored = scoring(condition, PAYMENTS) if query.sort.by_score else (filtering(condition, PAYMENTS), [])
    clauses = {"filter": [tenant(organization_id), *passed], "must": scored, "must_not": [DELETED]}
    if query.as_of:
        clauses["filter"].append({"range": {"updatedAt": {"lte": query.as_of}}})
        clauses["must_not"].append({"range": {"supersededAt": {"lte": query.as_of}}})
    return clauses


def _spelling(query: SearchPayments) -> Json:
    """Asked for once a search, with its first page."""
    if not query.text or query.position is not None:
        return {}
    return spelling.occurrences(spelling.words(query.text), query.text)


def _order(sort: Sort) -> list[Json]:
    direction = "desc" if sort.startswith("-") else "asc"
    processed = {"processedAt": {"order": direction, "missing": "_last"}}
    match sort:
        case Sort.BEST_FIRST | Sort.BEST_LAST:
            return [{"_score": {"order": direction}}, processed, _ID]
        case Sort.PROCESSED | Sort.PROCESSED_LATEST:
            return [processed, _ID]
        case Sort.AMOUNT | Sort.AMOUNT_LARGEST:
            return [{"currency": {"order": "asc"}}, {"amountMinor": {"order": direction}}, _ID]


def _reversed(order: Json) -> Json:
    opposite = {"asc": "desc", "desc": "asc", "_last": "_first"}
    return {field: {key: opposite[value] for key, value in how.items()} for field, how in order.items()}
