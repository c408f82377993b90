"""Counts and sums."""

from collections.abc import Callable

from query_app.payments.ports import SearchIndex
from query_app.payments.statistics.query import GetStatistics
from query_app.query import Answer, QueryContext


def get_statistics(index: SearchIndex) -> Callable[[GetStatistics, QueryContext], Answer]:
    """Counts and sums by status, currency and day."""

    def handle(query: GetStatistics, context: QueryContext) -> Answer:
        return Answer.fresh(index.statistics(context.organization_id, query.filters))

    return handle
