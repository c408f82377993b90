"""What a trace answers, for the OpenAPI description."""

from http import HTTPStatus

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses
from query_app.answers import Fresh
from query_app.logs.answers import FoundEntry


class TracedEvent(WireModel):
    """Something that happened to a payment."""

    event_id: str
    type: str
    payment_id: str
    version: int
    occurred_at: Timestamp
    causation_id: str


class TracedMetric(WireModel):
    """What a metric of the organization was in that time, over all its series."""

    name: str
    type: str
    unit: str
    count: int
    sum: float
    min: float | None
    max: float | None


class TraceAnswer(Fresh):
    """All that bears a correlation id, the oldest first, and the metrics around it."""

    correlation_id: str
    from_: Timestamp = Field(alias="from", description="A minute before the first of it")
    to: Timestamp = Field(description="A minute after the last of it")
    complete: bool = Field(description="false: there are more than 200 events or entries")
    events: list[TracedEvent]
    logs: list[FoundEntry]
    metrics: list[TracedMetric]


ANSWERS = {
    "getTrace": responses(HTTPStatus.OK, TraceAnswer, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
}
"""By operation."""
