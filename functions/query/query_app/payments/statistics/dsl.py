"""Statistics as an OpenSearch body: pure."""

from typing import Any

from common.currencies import EXPONENTS
from common.payments import Status
from query_app.payments.filters import Filters, of_organization
from query_app.payments.index_fields import TIMEOUT

Json = dict[str, Any]

_SUMS = {"high": {"sum": {"field": "amountHigh"}}, "low": {"sum": {"field": "amountLow"}}}


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
        "query": {"bool": {"filter": of_organization(organization_id, filters)}},
        "size": 0,
        "track_total_hits": False,
        "timeout": TIMEOUT,
        "aggs": {"currency": by_currency},
    }
