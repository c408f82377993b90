"""A log entry, as callers send it and as its projector takes it."""

import re
from datetime import datetime, timedelta
from itertools import count
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints
from pydantic.alias_generators import to_camel

from command_app.ingestion.ingest import validated
from command_app.ingestion.ports import Accept
from command_app.json_limits import JsonLimits
from common.domain.instants import now
from common.domain.model import Timestamp
from common.errors import FieldError, Invalid
from common.logs.levels import Level
from common.logs.retention import AHEAD, Retention

_ATTRIBUTES = JsonLimits(
    key=re.compile(r"[A-Za-z0-9_][\w/@:-]*(\.[\w/@:-]+)*", re.ASCII),
    keys="letters, digits and any of _ - / @ : with single dots between",
    depth=5,
    size=16_384,
)


def _plausible(at: datetime) -> datetime:
    if at > now() + AHEAD:
        raise ValueError("must not be in the future")
    return at


def _limited(attributes: dict[str, JsonValue]) -> dict[str, JsonValue]:
    _ATTRIBUTES.check(attributes)
    return attributes


EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]
TraceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]


class LogEntry(BaseModel):
    """One entry. Without an `id` it has one that is made of its contents."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    id: EntryId | None = None
    timestamp: Annotated[Timestamp, AfterValidator(_plausible), Field(examples=["2026-01-31T12:00:00.000Z"])]
    level: Level
    service: Name
    message: Annotated[str, StringConstraints(min_length=1), Field(examples=["payment taken"])]
    trace_id: TraceId | None = None
    correlation_id: TraceId | None = None
    host: Name | None = None
    attributes: Annotated[dict[str, JsonValue], AfterValidator(_limited)] = {}
    stack_trace: str | None = None


def accepting(retention: Retention) -> Accept:
    """How entries of one body are accepted: each with its place among them, and for how many days it is kept."""
    at, numbers = now(), count(1)

    def accept(raw: object) -> dict[str, Any]:
        entry = validated(LogEntry, raw)
        days = retention.days_of(entry.timestamp.date())
        if entry.timestamp < at - timedelta(days=days):
            raise Invalid("The entry is too old.", [FieldError("timestamp", f"is older than the {days} days kept")])
        told = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {**told, "number": next(numbers), "retentionDays": days}

    return accept
