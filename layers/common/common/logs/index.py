"""The indices of log entries: one for each day of the entries and each number of days that they are kept.

An entry that comes again, however late, is written to the index where it lies, by the same id: so it is there once. A
data stream would take it for another one (docs/adr/0021).
"""

from typing import Any

from common.domain.timed_indices import TimedIndices
from common.logs.days import CLASSES

ALL_INDICES = "logs-*"

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
# Entries are never ranked: they come by time.
_TEXT = {"type": "text", "norms": False}

PROPERTIES: dict[str, Any] = {
    "organizationId": _KEYWORD,
    "entryId": _KEYWORD,
    "timestamp": _DATE,
    # The order of the entries of one body within a millisecond.
    "number": {"type": "integer"},
    "level": _KEYWORD,
    "service": _KEYWORD,
    "host": _KEYWORD,
    "traceId": _KEYWORD,
    "correlationId": _KEYWORD,
    "message": _TEXT,
    "attributes": {"type": "flat_object"},
    "stackTrace": _TEXT,
    "receivedAt": _DATE,
    "indexedAt": _DATE,
}

INDICES = {days: TimedIndices(f"logs-{days}d", PROPERTIES, kept_days=days + 1, shards=1) for days in CLASSES}
"""By the days that the entries are kept. An index is made when the first entry of its day comes."""
