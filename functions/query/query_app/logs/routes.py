"""`GET /v1/logs`, and what else is asked of log entries."""

from dataclasses import replace
from typing import TypeVar

from aws_lambda_powertools.event_handler import Response

from common.domain.instants import now
from query_app import wiring
from query_app.http import TimeZone, ask, caller, respond
from query_app.instants import times
from query_app.logs import asked
from query_app.logs import parameters as p
from query_app.logs import wiring as logs
from query_app.logs.query import CountLogs, FindPatterns, FollowLogs, SearchLogs
from query_app.routing import routes

router = routes()
_TAGS = ["logs"]
_Paged = TypeVar("_Paged", SearchLogs, FollowLogs)


@router.question(
    "/v1/logs",
    summary="Search log entries",
    description="The organization's entries that match, a page at a time, the newest first.",
    tags=_TAGS,
    operation_id="searchLogs",
)
def search_logs(  # one argument a parameter of the address
    q: p.Text = None,
    since: p.From = None,
    until: p.To = None,
    limit: p.Limit = 100,
    cursor: p.Cursor = None,
    highlight: p.Highlight = False,  # noqa: FBT002
) -> Response[str]:
    """Search."""
    event = router.current_event
    opened = wiring.cursors().open(cursor) if cursor is not None else None
    asked_at = opened.asked_at if opened else now()
    wanted = asked.wanted(q, since, until, asked_at)
    query = SearchLogs(wanted, limit=limit, highlight=highlight, asked_at=asked_at)
    if opened:
        query = replace(query, position=opened.position_in(caller(event).organization_id, query))
    return respond(event, ask(logs.bus, event, query))


@router.question(
    "/v1/logs/histogram",
    summary="Count log entries",
    description="By time and level.",
    tags=_TAGS,
    operation_id="countLogs",
)
def count_logs(
    q: p.Text = None,
    since: p.ZonedFrom = None,
    until: p.ZonedTo = None,
    interval: p.Every = None,
    time_zone: TimeZone = "UTC",
) -> Response[str]:
    """Count."""
    start, end = times(since, until, time_zone)
    query = CountLogs(asked.wanted(q, start, end), interval or asked.interval(start, end), time_zone)
    return respond(router.current_event, ask(logs.bus, router.current_event, query))


@router.question(
    "/v1/logs/patterns",
    summary="Group log entries",
    description="What the newest entries that match say, but for the values in it.",
    tags=_TAGS,
    operation_id="findLogPatterns",
)
def find_patterns(
    q: p.Text = None,
    since: p.From = None,
    until: p.To = None,
    sample: p.SampleSize = 5_000,
    limit: p.PatternLimit = 50,
) -> Response[str]:
    """Group."""
    query = FindPatterns(asked.wanted(q, since, until), sample=sample, limit=limit)
    return respond(router.current_event, ask(logs.bus, router.current_event, query))


@router.question(
    "/v1/logs/tail",
    summary="Follow log entries",
    description="What came since the last call, in the order of its coming; the latest entries at the first one. Where "
    "there is nothing new, the answer waits for it, as long as it is told to.",
    tags=_TAGS,
    operation_id="followLogs",
)
def follow_logs(q: p.Text = None, after: p.After = None, wait: p.Wait = 0, limit: p.Limit = 100) -> Response[str]:
    """Follow."""
    event = router.current_event
    opened = wiring.cursors().open(after) if after is not None else None
    asked_at = opened.asked_at if opened else now()
    query = FollowLogs(asked.wanted(q, None, None, asked_at), limit=limit, wait_seconds=wait, asked_at=asked_at)
    if opened:
        query = replace(query, position=opened.position_in(caller(event).organization_id, query))
    return respond(event, ask(logs.bus, event, query))
