"""A search as an OpenSearch body: pure."""

from typing import Any

from query_app.payments import filters
from query_app.payments.index_fields import DELETED, INTERNAL_FIELDS, TIMEOUT
from query_app.payments.search import facets, spelling
from query_app.payments.search.query import SearchPayments, Sort, Total

Json = dict[str, Any]

BOUND = 10_000
_ID = {"paymentId": {"order": "asc"}}
_HIGHLIGHT: Json = {
    "encoder": "html",
    "number_of_fragments": 0,
    "fields": {"description": {}, "metadata.tags": {}, "paymentId": {}},
}


def search(organization_id: str, query: SearchPayments) -> Json:
    """One payment more than the limit, so that it shows whether another page follows; going backward, in reverse.

    A narrowing whose facet is asked for is applied after the counting, for each facet passes over its own.
    """
    narrowed = filters.clauses(query.filters)
    own = {
        facet: [narrowed.pop(facets.NARROWED_BY[facet])]
        for facet in query.shown.facets
        if facets.NARROWED_BY[facet] in narrowed
    }
    clauses: Json = {"filter": [filters.tenant(organization_id), *narrowed.values()], "must_not": [DELETED]}
    if query.as_of:
        clauses["filter"].append({"range": {"updatedAt": {"lte": query.as_of}}})
        clauses["must_not"].append({"range": {"supersededAt": {"lte": query.as_of}}})
    if query.text:
        text = _text(query.text)
        clauses["must"] = [text]
        # Whoever has all the words comes first, also where a rare word is mistaken for one of them.
        clauses["should"] = [{"multi_match": {**text["multi_match"], "operator": "and"}}]
    order, position = _order(query.sort), query.position
    body: Json = {
        "query": {"bool": clauses},
        "sort": [_reversed(each) for each in order] if position and position.backward else order,
        "size": query.limit + 1,
        "track_total_hits": True if query.shown.total is Total.EXACT else BOUND,
        "timeout": TIMEOUT,
        "_source": list(query.shown.fields) or {"excludes": list(INTERNAL_FIELDS)},
    }
    counted = {**facets.aggregations(query.shown.facets, own), **_spelling(query)}
    if own:
        body["post_filter"] = {"bool": {"filter": [each for facet in own for each in own[facet]]}}
    if counted:
        body["aggs"] = counted
    if position:
        body["search_after"] = list(position.sort_values)
    if query.text and query.shown.highlight:
        body["highlight"] = _HIGHLIGHT
    return body


def _text(text: str) -> Json:
    fields = ["description^2", "paymentId", "metadata.tags"]
    return {"multi_match": {"query": text, "fields": fields, "type": "best_fields", "fuzziness": "AUTO"}}


def _spelling(query: SearchPayments) -> Json:
    """Asked for once a search, with its first page."""
    if query.text is None or query.position is not None:
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
