"""The metrics' projector; built at the first call, it lives as long as the process."""

from functools import cache

from projector_app.metrics.reading import read
from projector_app.metrics.rollup_index import RollUpIndex
from projector_app.projector import Projector
from projector_app.wiring import projector_of


@cache
def projector() -> Projector:
    """The one of the process."""
    return projector_of("metrics", read, RollUpIndex, "metrics_dlq_url")
