"""Metrics over time, and what bears a correlation id."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from payments_client.answers.base import Answer, Fresh
from payments_client.answers.logs import LogEntry


class SeriesLine(Answer):
    """One group of series: a value a step, None where there was no point."""

    dimensions: dict[str, str]
    values: tuple[float | None, ...]


class Series(Fresh):
    """A metric over time."""

    name: str
    function: str
    unit: str | None
    interval: str
    roll_up: str
    from_: datetime = Field(alias="from")
    to: datetime
    at: tuple[datetime, ...]
    """When each step begins."""
    series: tuple[SeriesLine, ...]


class MetricName(Answer):
    """A metric of one type and unit."""

    name: str
    type: Literal["counter", "gauge", "histogram"]
    unit: str
    dimensions: tuple[str, ...]
    last_day: str


class MetricNames(Fresh):
    """Which metrics there are, by name."""

    names: tuple[MetricName, ...]
    complete: bool


class TracedEvent(Answer):
    """Something that happened to a payment."""

    event_id: str
    type: str
    payment_id: str
    version: int
    occurred_at: datetime
    causation_id: str


class TracedMetric(Answer):
    """What a metric of the organization was in that time."""

    name: str
    type: str
    unit: str
    count: int
    sum: float
    min: float | None
    max: float | None


class Trace(Fresh):
    """All that bears a correlation id, the oldest first, and the metrics around it."""

    correlation_id: str
    from_: datetime = Field(alias="from")
    to: datetime
    complete: bool
    events: tuple[TracedEvent, ...]
    logs: tuple[LogEntry, ...]
    metrics: tuple[TracedMetric, ...]
