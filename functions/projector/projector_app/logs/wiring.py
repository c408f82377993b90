"""The logs' projector; built at the first call, it lives as long as the process."""

from functools import cache

from common.engines.document_writer import OpenSearchIndex
from common.logs.documents import documents_of, pack_of_entries
from projector_app.packs import reading
from projector_app.projector import Projector
from projector_app.wiring import projector_of


@cache
def projector() -> Projector:
    """The one of the process."""
    return projector_of("logs", reading(documents_of, pack_of_entries), OpenSearchIndex, letters="logs_dlq_url")
