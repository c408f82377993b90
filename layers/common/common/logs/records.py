"""An entry as packs carry it."""

from common.domain.model import JsonObject, Timestamp, WireModel
from common.logs.days import Days
from common.logs.levels import Level


class LogRecord(WireModel):
    """An entry that was accepted: it has an id, and how long it is kept."""

    id: str
    timestamp: Timestamp
    number: int
    level: Level
    service: str
    message: str
    trace_id: str | None = None
    correlation_id: str | None = None
    host: str | None = None
    attributes: JsonObject | None = None
    stack_trace: str | None = None
    retention_days: Days
