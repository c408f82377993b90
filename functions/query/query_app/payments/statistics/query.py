"""The question for counts and sums."""

from dataclasses import dataclass, field

from query_app.payments.filters import Filters
from query_app.query import Query


@dataclass(frozen=True)
class GetStatistics(Query):
    """Counts and sums of the payments that pass the filters."""

    filters: Filters = field(default_factory=Filters)
