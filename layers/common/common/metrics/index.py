"""The indices of roll-ups: one a month, or a year for days, by when the roll-ups begin.

Minutes keep all points, so they must outlive what may still come: a point is taken for `TAKEN_FOR`, and then may wait
four weeks in a queue and among its dead letters. A minute that was deleted and came again would begin anew, and its
hour would not count what came late.
"""

from datetime import datetime, timedelta
from typing import Any

from common.domain.timed_indices import TimedIndices
from common.metrics.rollups import Level

TAKEN_FOR = timedelta(days=30)
"""How old a point may be when it comes."""
AHEAD = timedelta(minutes=5)
"""How far ahead of our clock it may be."""

_KEYWORD = {"type": "keyword"}
_DOUBLE = {"type": "double"}
_KEPT_ONLY = {"type": "keyword", "index": False, "doc_values": False}

PROPERTIES: dict[str, Any] = {
    "organizationId": _KEYWORD,
    "series": _KEYWORD,
    "name": _KEYWORD,
    "type": _KEYWORD,
    "unit": _KEYWORD,
    "dimensions": _KEYWORD,
    "dimensionKeys": _KEYWORD,
    "at": {"type": "date"},
    "count": {"type": "long"},
    "sum": _DOUBLE,
    "min": _DOUBLE,
    "max": _DOUBLE,
    # Read in bulk for percentiles, without the parts beside it.
    "sketch": {"type": "long", "index": False},
    "exactSum": _KEPT_ONLY,
    "parts": {"type": "object", "enabled": False},
}

KEPT_DAYS = {Level.MINUTE: 90, Level.HOUR: 500, Level.DAY: 2_200}
"""Since an index was made, at the latest a month or a year before its last roll-up."""

_LONGEST = {Level.MINUTE: timedelta(days=31), Level.HOUR: timedelta(days=31), Level.DAY: timedelta(days=366)}
SURELY_KEPT = {level: timedelta(days=days) - _LONGEST[level] for level, days in KEPT_DAYS.items()}
"""How old a roll-up may be and still be there."""

INDICES = {level: TimedIndices(f"metrics-{level}", PROPERTIES, days) for level, days in KEPT_DAYS.items()}


def index_of(level: Level, start: datetime) -> str:
    """Where a roll-up lies."""
    return f"{INDICES[level].name}-{start:%Y}" if level is Level.DAY else f"{INDICES[level].name}-{start:%Y.%m}"
