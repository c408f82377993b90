"""Counts of what was found by status, currency, tag, amount and month, as OpenSearch counts them: pure.

A facet passes over the conditions on its own field, so that a caller sees what else there would be to choose.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from common.domain.currencies import EXPONENTS
from common.payments.state import Status
from query_app.language.ordered import by_decimals
from query_app.payments.search.query import Facet

Json = dict[str, Any]

NARROWED_BY: Final[Mapping[Facet, str]] = {
    Facet.STATUS: "status",
    Facet.CURRENCY: "currency",
    Facet.TAGS: "tag",
    Facet.AMOUNT: "amount",
    Facet.MONTH: "processed",
}
"""The field of the query language whose conditions are a facet's own."""

MOST_TAGS = 50
_COUNTS = "counts"
_STEPS: Final = (None, 10, 50, 100, 500, 1_000, 5_000, 10_000, None)
_RANGES: Final = tuple(pairwise(_STEPS))


def aggregations(facets: tuple[Facet, ...], own: Mapping[Facet, list[Json]]) -> Json:
    """One aggregation a facet, over what passes the other facets' `own` clauses: the query leaves those out."""
    return {
        facet.value: {
            "filter": {"bool": {"filter": [each for other in own if other != facet for each in own[other]]}},
            "aggs": _amounts() if facet is Facet.AMOUNT else {_COUNTS: _counts(facet)},
        }
        for facet in facets
    }


def counted(facets: tuple[Facet, ...], aggregations: Json) -> Json:
    """The counts of each facet as they are answered: by size, but amounts and months in their own order."""
    return {facet.value: _values(facet, aggregations[facet]) for facet in facets}


def _counts(facet: Facet) -> Json:
    match facet:
        case Facet.STATUS:
            return _terms("status", len(Status))
        case Facet.CURRENCY:
            return _terms("currency", len(EXPONENTS))
        case Facet.TAGS:
            return _terms("metadata.tags.keyword", MOST_TAGS)
        case _:
            month = {"field": "processedAt", "calendar_interval": "month", "format": "yyyy-MM", "min_doc_count": 1}
            return {"date_histogram": month}


def _terms(field: str, size: int) -> Json:
    return {"terms": {"field": field, "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def _amounts() -> Json:
    """Ranges of minor units, once for each number of decimals, so that 10.00 is the same in all currencies."""
    return {
        str(exponent): {
            "filter": {"terms": {"currency": codes}},
            "aggs": {_COUNTS: {"range": {"field": "amountMinor", "ranges": _ranges(exponent)}}},
        }
        for exponent, codes in by_decimals()
    }


def _ranges(exponent: int) -> list[Json]:
    return [
        {bound: step * 10**exponent for bound, step in (("from", low), ("to", high)) if step is not None}
        for low, high in _RANGES
    ]


def _values(facet: Facet, answer: Json) -> list[Json]:
    if facet is Facet.AMOUNT:
        groups = [answer[str(exponent)][_COUNTS]["buckets"] for exponent, _ in by_decimals()]
        return [
            {"from": _decimal(low), "to": _decimal(high), "count": sum(bucket["doc_count"] for bucket in alike)}
            for (low, high), alike in zip(_RANGES, zip(*groups, strict=True), strict=True)
        ]
    key = "key_as_string" if facet is Facet.MONTH else "key"
    return [{"value": bucket[key], "count": bucket["doc_count"]} for bucket in answer[_COUNTS]["buckets"]]


def _decimal(step: int | None) -> str | None:
    return None if step is None else str(step)
