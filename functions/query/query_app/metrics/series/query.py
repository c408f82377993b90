"""The question for a metric over time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from query_app.language.tree import EVERYTHING, Node
from query_app.metrics.steps import Steps
from query_app.query import Query

MAX_KEYS = 3
"""That a series is grouped by."""


class Function(StrEnum):
    """What is told of each step; `rate` is the sum a second, `count` that of points and histogrammed values."""

    RATE = "rate"
    AVG = "avg"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    P50 = "p50"
    P95 = "p95"
    P99 = "p99"

    @property
    def share(self) -> float | None:
        """Of the values, those that a percentile's own does not exceed; None for what is no percentile."""
        return int(self[1:]) / 100 if self.startswith("p") else None


@dataclass(frozen=True)
class GetSeries(Query):
    """One line for each group of series: those with the same values of some dimensions, or all together."""

    context: ClassVar[str] = "metrics"

    name: str
    function: Function
    steps: Steps
    condition: Node = EVERYTHING
    group_by: tuple[str, ...] = ()
