"""A dashboard, as it is asked for and as it is kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from common.metrics.points import DimensionKey, Name
from query_app.language.reading import MAX_LENGTH
from query_app.metrics.series.query import MAX_KEYS, Function
from query_app.metrics.steps import StepLength

MAX_PANELS = 30


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must not have control characters")
    return text


Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_printable)
]


class Picture(StrEnum):
    """How a panel is drawn."""

    LINE = "line"
    BAR = "bar"
    NUMBER = "number"


class Last(StrEnum):
    """How far back a dashboard looks."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "1d"
    WEEK = "7d"
    MONTH = "30d"


class _Asked(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Panel(_Asked):
    """One series, as GET /v1/metrics/series takes it, and how it is drawn."""

    title: Title
    picture: Picture = Picture.LINE
    width: int = Field(default=6, ge=1, le=12, description="Of twelve columns")
    name: Name
    function: Function = Function.AVG
    group_by: Annotated[tuple[DimensionKey, ...], Field(max_length=MAX_KEYS)] = ()
    q: Annotated[str, StringConstraints(max_length=MAX_LENGTH)] | None = None
    interval: StepLength | None = None


class DashboardBody(_Asked):
    """A dashboard to keep."""

    name: Title
    last: Last = Last.HOUR
    panels: Annotated[tuple[Panel, ...], Field(min_length=1, max_length=MAX_PANELS)]

    def panels_as_json(self) -> list[dict[str, Any]]:
        """As they are kept and answered."""
        return [panel.model_dump(mode="json", by_alias=True, exclude_none=True) for panel in self.panels]


@dataclass(frozen=True)
class Dashboard:
    """As it is kept; instants are UTC texts."""

    organization_id: str
    dashboard_id: str
    name: str
    last: str
    panels: list[dict[str, Any]]
    version: int
    created_at: str
    updated_at: str

    def as_json(self) -> dict[str, Any]:
        """As it is answered."""
        return {
            "dashboardId": self.dashboard_id,
            "name": self.name,
            "last": self.last,
            "panels": self.panels,
            "version": self.version,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }
