"""The question, and what stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from common.domain.events import Event
from query_app.query import Query

MOST = 200
"""Events, and log entries."""
AROUND = timedelta(minutes=1)
"""How long before the first and after the last of them metrics are told of; they are by the minute."""


@dataclass(frozen=True)
class GetTrace(Query):
    """Events, log entries and metrics of a correlation id."""

    context: ClassVar[str] = "logs"
    cacheable: ClassVar[bool] = False

    correlation_id: str = ""


class Trails(Protocol):
    """The events, where the command side writes them. Raises EngineUnavailable."""

    def events(self, organization_id: str, correlation_id: str, most: int) -> Sequence[Event]:
        """Those that bear the correlation id, in no order."""


class Around(Protocol):
    """The organization's metrics. Raises EngineUnavailable."""

    def metrics(self, organization_id: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """What each of them was between the two, by name."""
