"""Questions about log entries as OpenSearch bodies. Pure."""

from datetime import datetime
from typing import Any

from common.domain.instants import iso
from common.logs.levels import LEVELS
from query_app.cursors import Position
from query_app.dsl import TIMEOUT, tenant
from query_app.language.clauses import filtering
from query_app.logs.fields import LOGS
from query_app.logs.query import CountLogs, FindPatterns, FollowLogs, LogQuery, SearchLogs

Json = dict[str, Any]

BOUND = 10_000
"""How far entries are counted."""
_NEWEST = ("timestamp", "number", "entryId")
_COMING = ("indexedAt", "timestamp", "number", "entryId")
_HIGHLIGHT: Json = {
    "encoder": "html",
    "fields": {"message": {"number_of_fragments": 0}, "stackTrace": {"number_of_fragments": 3}},
}


def search(organization_id: str, query: SearchLogs) -> Json:
    """One entry more than the limit, so that it shows whether another page follows; going backward, in reverse."""
    backward = query.position is not None and query.position.backward
    body = _page(matching(organization_id, query), _NEWEST, "asc" if backward else "desc", query.position)
    if query.highlight:
        body["highlight"] = _HIGHLIGHT
    return {**body, "size": query.limit + 1, "track_total_hits": BOUND}


def count(organization_id: str, query: CountLogs) -> Json:
    """By time, and by level within."""
    step = {
        "field": "timestamp",
        "calendar_interval": query.interval,
        "time_zone": query.time_zone,
        "min_doc_count": 1,
    }
    levels = {"levels": {"terms": {"field": "level", "size": len(LEVELS)}}}
    return {
        "query": matching(organization_id, query),
        "size": 0,
        "track_total_hits": False,
        "timeout": TIMEOUT,
        "aggs": {"time": {"date_histogram": step, "aggs": levels}},
    }


def sample(organization_id: str, query: FindPatterns) -> Json:
    """The newest, with no more than what tells them apart."""
    body = _page(matching(organization_id, query), _NEWEST, "desc", None)
    fields = ["entryId", "timestamp", "level", "service", "message"]
    return {**body, "size": query.sample, "track_total_hits": BOUND, "_source": fields}


def follow(organization_id: str, query: FollowLogs, until: datetime) -> Json:
    """What came after the position; without one, the latest first."""
    settled = matching(organization_id, query)
    settled["bool"]["filter"].append({"range": {"indexedAt": {"lt": iso(until)}}})
    body = _page(settled, _COMING, "asc" if query.position else "desc", query.position)
    return {**body, "size": query.limit, "track_total_hits": False}


def matching(organization_id: str, query: LogQuery) -> Json:
    """What an entry must pass."""
    return {"bool": {"filter": [tenant(organization_id), *filtering(query.wanted.tree(), LOGS)]}}


def _page(wanted: Json, fields: tuple[str, ...], order: str, position: Position | None) -> Json:
    after = {"search_after": list(position.sort_values)} if position else {}
    return {"query": wanted, "sort": [{field: {"order": order}} for field in fields], "timeout": TIMEOUT, **after}
