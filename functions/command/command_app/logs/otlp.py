"""Log records of OTLP as entries; opentelemetry/proto/logs/v1/logs.proto."""

from collections.abc import Iterator
from typing import Any

import orjson

from command_app.ingestion.otlp import Attributes, OtlpShape, Record, attributes_of, instant_of, value_of, whole
from common.errors import FieldError, Invalid
from common.logs.levels import LEVELS, Level

_SERVICE, _HOST, _STACK_TRACE, _CORRELATION = (
    "service.name",
    "host.name",
    "exception.stacktrace",
    "correlation.id",
)
_PER_LEVEL = 4
"""TRACE to TRACE4 are 1 to 4, DEBUG to DEBUG4 5 to 8, up to FATAL4 = 24."""


def _entries(resource: Attributes, record: Record) -> Iterator[dict[str, Any]]:
    attributes = attributes_of(record)
    body = value_of(record.get("body"))
    entry = {
        "timestamp": instant_of(record.get("timeUnixNano"), "timeUnixNano")
        or instant_of(record.get("observedTimeUnixNano"), "observedTimeUnixNano"),
        "level": _level(record.get("severityNumber")),
        "service": resource.get(_SERVICE, "unknown_service"),
        "host": resource.get(_HOST),
        # Structured bodies are kept whole, as text.
        "message": body if isinstance(body, str) else orjson.dumps(body).decode(),
        "traceId": record.get("traceId") or None,
        "correlationId": attributes.pop(_CORRELATION, None),
        "stackTrace": attributes.pop(_STACK_TRACE, None),
        "attributes": attributes,
    }
    yield {name: value for name, value in entry.items() if value not in (None, {})}


def _level(severity: object) -> Level:
    """By its number; OTLP takes an enum's name too, and says of 0 that it is not known."""
    if isinstance(severity, str) and severity.startswith("SEVERITY_NUMBER_"):
        named = severity.removeprefix("SEVERITY_NUMBER_").rstrip("234").lower()
        return next((level for level in LEVELS if level == named), "info")
    number = whole(severity or 0, "severityNumber")
    if not 0 <= number <= _PER_LEVEL * len(LEVELS):
        raise Invalid("The record is not usable.", [FieldError("severityNumber", "must be 0 to 24")])
    return LEVELS[(number - 1) // _PER_LEVEL] if number else "info"


OTLP = OtlpShape("resourceLogs", "scopeLogs", "logRecords", _entries)
