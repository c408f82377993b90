"""Counts and sums."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from common.domain.instants import iso
from query_app import periods
from query_app.payments.ports import SearchIndex
from query_app.payments.statistics.query import GetStatistics
from query_app.query import Answer, QueryContext


def get_statistics(index: SearchIndex) -> Callable[[GetStatistics, QueryContext], Answer]:
    """Counts and sums, and the same of the period before."""

    def handle(query: GetStatistics, context: QueryContext) -> Answer:
        periods.require_short(query.filters.since, query.filters.until, query.interval)
        if not (query.compared and query.filters.since and query.filters.until):
            return Answer.fresh(index.statistics(context.organization_id, [query])[0])
        zone = periods.zone_of(query.time_zone)
        since, until = periods.period_before(_instant(query.filters.since), _instant(query.filters.until), zone)
        before = replace(query, filters=replace(query.filters, since=iso(since), until=iso(until)))
        now, then = index.statistics(context.organization_id, [query, before])
        period = {"from": periods.told(since, zone), "to": periods.told(until, zone)}
        return Answer.fresh({**now, "previous": {**period, **then}})

    return handle


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
