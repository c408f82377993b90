"""A search as an OpenSearch body: pure."""

from typing import Any

from query_app.payments import filters
from query_app.payments.index_fields import DELETED, INTERNAL_FIELDS, TIMEOUT
from query_app.payments.search.cursor import Position
from query_app.payments.search.query import SearchPayments, Sort

Json = dict[str, Any]

_ID = {"paymentId": {"order": "asc"}}


def search(organization_id: str, query: SearchPayments, position: Position | None) -> Json:
    """One payment more than the limit, so that it shows whether another page follows; going backward, in reverse."""
    order = _order(query.sort)
    clauses: Json = {"filter": filters.of_organization(organization_id, query.filters), "must_not": [DELETED]}
    if query.text:
        text = _text(query.text)
        clauses["must"] = [text]
        # Whoever has all the words comes first, also where a rare word is mistaken for one of them.
        clauses["should"] = [{"multi_match": {**text["multi_match"], "operator": "and"}}]
    body: Json = {
        "query": {"bool": clauses},
        "sort": [_reversed(each) for each in order] if position and position.backward else order,
        "size": query.limit + 1,
        "track_total_hits": True,
        "timeout": TIMEOUT,
        "_source": {"excludes": list(INTERNAL_FIELDS)},
    }
    if position:
        body["search_after"] = list(position.sort_values)
    return body


def _text(text: str) -> Json:
    fields = ["description^2", "paymentId", "metadata.tags"]
    return {"multi_match": {"query": text, "fields": fields, "type": "best_fields", "fuzziness": "AUTO"}}


def _order(sort: Sort) -> list[Json]:
    direction = "desc" if sort.startswith("-") else "asc"
    processed = {"processedAt": {"order": direction, "missing": "_last"}}
    match sort:
        case Sort.BEST_FIRST:
            return [{"_score": {"order": "desc"}}, processed, _ID]
        case Sort.PROCESSED | Sort.PROCESSED_LATEST:
            return [processed, _ID]
        case Sort.AMOUNT | Sort.AMOUNT_LARGEST:
            return [{"currency": {"order": "asc"}}, {"amountMinor": {"order": direction}}, _ID]


def _reversed(order: Json) -> Json:
    opposite = {"asc": "desc", "desc": "asc", "_last": "_first"}
    return {field: {key: opposite[value] for key, value in how.items()} for field, how in order.items()}
