"""What the use cases need from outside."""

from typing import Any, Protocol

from query_app.metrics.names.query import GetNames
from query_app.metrics.series.query import GetSeries


class RollUps(Protocol):
    """The roll-ups of one organization. Raises EngineUnavailable."""

    def series(self, organization_id: str, query: GetSeries) -> dict[str, Any]:
        """The answer. Raises Invalid for what is too much for one."""

    def names(self, organization_id: str, query: GetNames) -> dict[str, Any]:
        """The answer."""
