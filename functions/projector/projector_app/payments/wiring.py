"""The payments' projector; built at the first call, it lives as long as the process."""

from functools import cache

from common.engines.mirrored_index import MirroredIndex
from projector_app.payments.reading import read
from projector_app.projector import Projector
from projector_app.wiring import projector_of


@cache
def projector() -> Projector:
    """The one of the process."""
    return projector_of("payments", read, MirroredIndex)
