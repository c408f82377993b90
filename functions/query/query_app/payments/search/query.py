"""The question for a page of payments."""

from dataclasses import dataclass, field
from enum import StrEnum

from query_app.payments.filters import Filters
from query_app.query import Query


class Sort(StrEnum):
    """The orders of a search; a leading minus is descending.

    Best matches first is the default. Payments that were not processed stand last by date; amounts are ordered within
    each currency, since those of two currencies do not compare. The payment's id decides between equals.
    """

    BEST_FIRST = "-score"
    PROCESSED = "processedAt"
    PROCESSED_LATEST = "-processedAt"
    AMOUNT = "amount"
    AMOUNT_LARGEST = "-amount"


@dataclass(frozen=True)
class SearchPayments(Query):
    """A page of the payments that match."""

    text: str | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.BEST_FIRST
    limit: int = 20
    cursor: str | None = None
