"""What is answered to each question about log entries."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from common.bus import QueryBus
from common.domain.instants import now
from common.logs.levels import LEVELS
from query_app import periods
from query_app.cursors import Cursors, Position, page
from query_app.logs.patterns import Group, grouped
from query_app.logs.ports import Entry, Hit, LogIndex, Sample, Steps
from query_app.logs.query import CountLogs, FindPatterns, FollowLogs, SearchLogs
from query_app.query import Answer, QueryContext

Json = dict[str, Any]

SETTLED = timedelta(seconds=2)
"""How long after its indexing an entry is sure to be shown: later ones must not pass it while it is followed."""
_LOOK_AGAIN_SECONDS = 0.5


def register(bus: QueryBus[QueryContext], index: LogIndex, cursors: Cursors, follow_seconds: int) -> None:
    """Give each question its handler."""
    bus.register(SearchLogs, search_logs(index, cursors))
    bus.register(CountLogs, count_logs(index))
    bus.register(FindPatterns, find_patterns(index))
    bus.register(FollowLogs, Follow(index, cursors, follow_seconds).handle)


def search_logs(index: LogIndex, cursors: Cursors) -> Callable[[SearchLogs, QueryContext], Answer]:
    """A page of entries, and the cursors to the pages beside it."""

    def handle(query: SearchLogs, context: QueryContext) -> Answer:
        found = index.search(context.organization_id, query)
        before, hits, after = page(found.hits, query.limit, query.position)

        def cursor_to(hit: Hit, *, backward: bool) -> str:
            return cursors.encode(Position(hit.sort_values, backward), context.organization_id, query)

        return Answer.fresh(
            {
                "entries": [_shown(hit, query) for hit in hits],
                "total": found.total,
                "totalRelation": found.total_relation,
                "nextCursor": cursor_to(hits[-1], backward=False) if hits and after else None,
                "prevCursor": cursor_to(hits[0], backward=True) if hits and before else None,
            }
        )

    return handle


def count_logs(index: LogIndex) -> Callable[[CountLogs, QueryContext], Answer]:
    """Every step from `since` (or the first entry) to `until` (or the last), also those without entries."""

    def handle(query: CountLogs, context: QueryContext) -> Answer:
        wanted = query.wanted
        periods.require_short(wanted.since, wanted.until, query.interval)
        counted = index.count(context.organization_id, query)
        rows = [
            {"start": start, "count": sum(levels.values()), "levels": levels}
            for at, start in _starts(query, counted).items()
            for levels in (counted.get(at, {}),)
        ]
        counts = ((level, sum(levels.get(level, 0) for levels in counted.values())) for level in LEVELS)
        totals = {level: count for level, count in counts if count}
        return Answer.fresh(
            {"interval": query.interval, "total": sum(totals.values()), "levels": totals, "steps": rows}
        )

    return handle


def find_patterns(index: LogIndex) -> Callable[[FindPatterns, QueryContext], Answer]:
    """What the newest entries say, with how many of them say it and the newest that does."""

    def handle(query: FindPatterns, context: QueryContext) -> Answer:
        sample = index.sample(context.organization_id, query)
        groups = grouped(entry["message"] for entry in sample.entries)
        return Answer.fresh(
            {
                "patterns": [_pattern(group, sample) for group in groups[: query.limit]],
                "sampled": len(sample.entries),
                "total": sample.total,
                "totalRelation": sample.total_relation,
            }
        )

    return handle


@dataclass(frozen=True)
class Follow:
    """Entries as they come."""

    index: LogIndex
    cursors: Cursors
    longest_seconds: int
    clock: Callable[[], datetime] = now
    sleep: Callable[[float], None] = time.sleep

    def handle(self, query: FollowLogs, context: QueryContext) -> Answer:
        """Those that came since; where there are none, the first that come within the time to wait."""
        organization_id = context.organization_id
        patience = self.clock() + timedelta(seconds=min(query.wait_seconds, self.longest_seconds))
        position = query.position
        while True:
            until = self.clock() - SETTLED
            hits = self.index.follow(organization_id, replace(query, position=position), until)
            if hits:
                position = Position(hits[-1].sort_values)
            elif position is None:
                # Nothing is there: begin where it would be.
                position = Position((round(until.timestamp() * 1000), 0, 0, ""))
            if hits or self.clock() >= patience:
                break
            self.sleep(_LOOK_AGAIN_SECONDS)
        after = self.cursors.encode(position, organization_id, query)
        return Answer.fresh({"entries": [hit.entry for hit in hits], "after": after})


def _shown(hit: Hit, query: SearchLogs) -> Entry:
    return {**hit.entry, "highlights": hit.highlights} if query.highlight else hit.entry


def _starts(query: CountLogs, counted: Steps) -> Mapping[int, str]:
    if not counted:
        return {}
    wanted = query.wanted
    first = datetime.fromisoformat(wanted.since) if wanted.since else periods.instant_of(min(counted))
    last = (
        datetime.fromisoformat(wanted.until) - timedelta(milliseconds=1)
        if wanted.until
        else periods.instant_of(max(counted))
    )
    return periods.steps(first, last, query.interval, periods.zone_of(query.time_zone), counted)


def _by_level(counts: dict[str, int]) -> dict[str, int]:
    return {level: counts[level] for level in LEVELS if level in counts}


def _pattern(group: Group, sample: Sample) -> Json:
    members: list[Entry] = [sample.entries[place] for place in group.members]
    return {
        "template": group.template,
        "count": len(members),
        "levels": _by_level(Counter(entry["level"] for entry in members)),
        "services": sorted({entry["service"] for entry in members}),
        "firstAt": members[-1]["timestamp"],
        "lastAt": members[0]["timestamp"],
        "example": members[0],
    }
