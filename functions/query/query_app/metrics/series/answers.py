"""What a series answers, for the OpenAPI description."""

from http import HTTPStatus

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses
from common.metrics.rollups import Level
from query_app.answers import Fresh
from query_app.metrics.series.query import Function
from query_app.metrics.steps import StepLength


class Line(WireModel):
    """One group of series."""

    dimensions: dict[str, str] = Field(description="Of those that are grouped by")
    values: list[float | None] = Field(description="One for each of `at`; null where there was no point")


class SeriesAnswer(Fresh):
    """A metric over time."""

    name: str
    function: Function
    unit: str | None = Field(description="null if there is none, or more than one")
    interval: StepLength
    roll_up: Level = Field(description="The roll-ups that the steps are made of")
    from_: Timestamp = Field(alias="from", description="When the first step begins")
    to: Timestamp = Field(description="When the last step ends")
    at: list[Timestamp] = Field(description="When each step begins")
    series: list[Line] = Field(description="By their dimensions; none if there was no point")


ANSWERS = {
    "getMetricSeries": responses(HTTPStatus.OK, SeriesAnswer, HTTPStatus.FORBIDDEN),
}
"""By operation."""
