"""Queries as OpenSearch bodies: pure functions. Each body names its organization, beside the routing of its request."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from common.currencies import EXPONENTS
from common.money import MAX_MINOR, exponent_of
from common.payments import Status
from query_app.cursor import Position
from query_app.queries import Filters, GetSuggestions, SearchPayments, Sort

Json = dict[str, Any]

INTERNAL_FIELDS = ("amountMinor", "amountHigh", "amountLow", "refundMinor", "fingerprint", "occurredAt", "deleted")
"""What documents carry for the index alone."""

SUGGESTION = "text"
_TIMEOUT = "4s"
_SUMS = {"high": {"sum": {"field": "amountHigh"}}, "low": {"sum": {"field": "amountLow"}}}
_DELETED = {"term": {"deleted": True}}
_ID = {"paymentId": {"order": "asc"}}


def search(organization_id: str, query: SearchPayments, position: Position | None) -> Json:
    """One payment more than the limit, so that it shows whether another page follows; going backward, in reverse."""
    order = _order(query.sort)
    body: Json = {
        "query": _bool(organization_id, query.filters, _text(query.text) if query.text else None, hide=_DELETED),
        "sort": [_reversed(each) for each in order] if position and position.backward else order,
        "size": query.limit + 1,
        "track_total_hits": True,
        "timeout": _TIMEOUT,
        "_source": {"excludes": list(INTERNAL_FIELDS)},
    }
    if position:
        body["search_after"] = list(position.sort_values)
    return body


def statistics(organization_id: str, filters: Filters) -> Json:
    """Sums of both halves of the amounts by currency, and within each by status and by UTC day.

    Deleted payments count too, for money that was moved was moved; what was never a payment has no currency.
    """
    by_status = {"terms": {"field": "status", "size": len(Status)}, "aggs": _SUMS}
    by_day = {
        "date_histogram": {
            "field": "processedAt",
            "calendar_interval": "day",
            "min_doc_count": 1,
            "format": "yyyy-MM-dd",
        },
        "aggs": _SUMS,
    }
    by_currency = {
        "terms": {"field": "currency", "size": len(EXPONENTS)},
        "aggs": {**_SUMS, "status": by_status, "daily": by_day},
    }
    return {
        "query": _bool(organization_id, filters),
        "size": 0,
        "track_total_hits": False,
        "timeout": _TIMEOUT,
        "aggs": {"currency": by_currency},
    }


def suggestions(organization_id: str, query: GetSuggestions) -> Json:
    """Completions of descriptions within the organization's context; a tombstone has no description."""
    completion = {
        "field": "description.suggest",
        "size": query.limit,
        "skip_duplicates": True,
        # Three letters with one of them wrong would be almost anything.
        "fuzzy": {"fuzziness": "AUTO:4,7"},
        "contexts": {"organization": [organization_id]},
    }
    return {
        "_source": False,
        "timeout": _TIMEOUT,
        "suggest": {SUGGESTION: {"prefix": query.text, "completion": completion}},
    }


def version(document_id: str) -> Json:
    """One document's version, tombstones too, as a search sees it."""
    return {"query": {"ids": {"values": [document_id]}}, "size": 1, "_source": ["version"]}


def _bool(organization_id: str, filters: Filters, text: Json | None = None, hide: Json | None = None) -> Json:
    clauses: Json = {"filter": [{"term": {"organizationId": organization_id}}, *_filters(filters)]}
    if hide:
        clauses["must_not"] = [hide]
    if text:
        clauses["must"] = [text]
        # Whoever has all the words comes first, also where a rare word is mistaken for one of them.
        clauses["should"] = [{"multi_match": {**text["multi_match"], "operator": "and"}}]
    return {"bool": clauses}


def _text(text: str) -> Json:
    fields = ["description^2", "paymentId", "metadata.tags"]
    return {"multi_match": {"query": text, "fields": fields, "type": "best_fields", "fuzziness": "AUTO"}}


def _filters(filters: Filters) -> list[Json]:
    found: list[Json] = []
    if filters.statuses:
        found.append({"terms": {"status": list(filters.statuses)}})
    if filters.currencies:
        found.append({"terms": {"currency": list(filters.currencies)}})
    instants = {bound: at for bound, at in (("gte", filters.since), ("lt", filters.until)) if at}
    if instants:
        found.append({"range": {"processedAt": instants}})
    if filters.min_amount or filters.max_amount:
        found.append(_amounts(filters))
    return found


def _amounts(filters: Filters) -> Json:
    """The range in minor units, once for each number of decimals, so that 10.00 is the same in all currencies."""
    ranges = []
    for exponent, codes in groupby(sorted(filters.currencies or EXPONENTS, key=exponent_of), exponent_of):
        bounds = {}
        if filters.min_amount:
            bounds["gte"] = _minor(filters.min_amount, exponent, ROUND_CEILING)
        if filters.max_amount:
            bounds["lte"] = _minor(filters.max_amount, exponent, ROUND_FLOOR)
        ranges.append({"bool": {"filter": [{"terms": {"currency": list(codes)}}, {"range": {"amountMinor": bounds}}]}})
    return {"bool": {"should": ranges, "minimum_should_match": 1}}


def _minor(amount: str, exponent: int, rounding: str) -> int:
    scaled = Decimal(amount).scaleb(exponent).to_integral_value(rounding)
    return min(int(scaled), MAX_MINOR + 1)


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
