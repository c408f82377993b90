"""The logs' projector; built at the first call, it lives as long as the process."""

from functools import cache

from common.engines.document_writer import OpenSearchIndex
from common.logs.documents import document_of
from projector_app.packs import reading
from projector_app.projector import Projector
from projector_app.wiring import projector_of


@cache
def projector() -> Projector:
    """The one of the process."""
    return projector_of("logs", reading(document_of), OpenSearchIndex, letters="logs_dlq_url")
