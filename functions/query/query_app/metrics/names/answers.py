"""What names answer, for the OpenAPI description."""

from http import HTTPStatus

from pydantic import Field

from common.domain.model import WireModel
from common.edge.openapi import responses
from common.metrics.series import Kind
from query_app.answers import Fresh


class MetricName(WireModel):
    """A metric of one type and unit."""

    name: str
    type: Kind
    unit: str
    dimensions: list[str] = Field(description="The keys that any of its series has")
    last_day: str = Field(description="The UTC day of its latest point")


class NamesAnswer(Fresh):
    """Which metrics there are, by name."""

    names: list[MetricName]
    complete: bool = Field(description="false: there are more names; ask for a longer prefix")


ANSWERS = {
    "listMetricNames": responses(HTTPStatus.OK, NamesAnswer, HTTPStatus.FORBIDDEN),
}
"""By operation."""
