"""Statistics as OpenSearch bodies: pure."""

from dataclasses import replace
from typing import Any

from common.domain.currencies import EXPONENTS
from common.payments.state import Status
from query_app.dsl import TIMEOUT
from query_app.payments.filters import of_organization
from query_app.payments.statistics.query import GetStatistics, Interval, Part

Json = dict[str, Any]

PERCENTS = (50, 90, 95, 99)
TOP_USERS = 10

_SUMS = {"high": {"sum": {"field": "amountHigh"}}, "low": {"sum": {"field": "amountLow"}}}
_BY_STATUS = {"terms": {"field": "status", "size": len(Status)}}
_COMPRESSION = 1_000
"""Ten times the default: ranks are then off by less than 0.1 percent of all payments, and up to about as many payments
as this, every amount is kept by itself. HDR histograms, the other method, bound the value instead of the rank."""


def statistics(organization_id: str, query: GetStatistics) -> list[Json]:
    """A body for the totals, and where rates are asked for, one for these.

    Deleted payments count too, for money that was moved was moved; what was never a payment has no currency.
    """
    bodies = [_totals(organization_id, query)]
    if Part.RATES in query.parts:
        bodies.append(_rates(organization_id, query))
    return bodies


def _totals(organization_id: str, query: GetStatistics) -> Json:
    """Sums of both halves of the amounts, by currency, and by status and by time within."""
    each_currency: Json = {**_SUMS, "status": {**_BY_STATUS, "aggs": _SUMS}}
    if Part.PERCENTILES in query.parts:
        digest = {"field": "amountMinor", "percents": PERCENTS, "tdigest": {"compression": _COMPRESSION}}
        each_currency["percentiles"] = {"percentiles": digest}
    if Part.TOP_USERS in query.parts:
        order = [{"total": "desc"}, {"_key": "asc"}]
        each_currency["users"] = {
            "terms": {"field": "userId", "size": TOP_USERS, "order": order},
            "aggs": {**_SUMS, "total": {"sum": {"field": "amountMinor"}}},
        }
    step = {
        "field": "processedAt",
        "calendar_interval": query.interval or Interval.DAY,
        "time_zone": query.time_zone,
        "min_doc_count": 1,
    }
    aggregations = {
        "currency": _by_currency(each_currency),
        "time": {"date_histogram": step, "aggs": {"currency": _by_currency(_SUMS)}},
    }
    return _body(of_organization(organization_id, query.filters), aggregations)


def _rates(organization_id: str, query: GetStatistics) -> Json:
    """Payments by currency and status. One that failed was never processed: its time is when it failed."""
    filters = query.filters
    clauses = of_organization(organization_id, replace(filters, since=None, until=None))
    span = {bound: at for bound, at in (("gte", filters.since), ("lt", filters.until)) if at}
    if span:
        ended = [{"range": {field: span}} for field in ("processedAt", "failedAt")]
        clauses.append({"bool": {"should": ended, "minimum_should_match": 1}})
    return _body(clauses, {"currency": _by_currency({"status": _BY_STATUS})})


def _by_currency(each: Json) -> Json:
    return {"terms": {"field": "currency", "size": len(EXPONENTS)}, "aggs": each}


def _body(clauses: list[Json], aggregations: Json) -> Json:
    return {
        "query": {"bool": {"filter": clauses}},
        "size": 0,
        "track_total_hits": False,
        "timeout": TIMEOUT,
        "aggs": aggregations,
    }
