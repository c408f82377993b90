"""Composition root of what only operators run; the scheduled function does not load it."""

from common.engines.document_writer import OpenSearchIndex
from common.engines.mirrored_index import MirroredIndex
from common.engines.search import connect
from common.payments.index import own_alias
from common.settings import Settings
from operations_app.adapters.indices import OpenSearchIndices
from operations_app.adapters.positions import DynamoDBPositions
from operations_app.adapters.write_side import DynamoDBEventStore
from operations_app.rebuild import Rebuild
from operations_app.reconciliation import GRACE_SECONDS
from operations_app.repair import Repair
from operations_app.wiring import SEARCH_SECONDS, dynamodb, reconciliation_of, write_side


def repair_of(settings: Settings) -> Repair:
    """Writes where the projector writes."""
    index = MirroredIndex(connect(settings, SEARCH_SECONDS))
    return Repair(write_side(settings), index, reconciliation_of(settings))


def rebuild_of(settings: Settings, grace_seconds: float = GRACE_SECONDS, page_size: int | None = None) -> Rebuild:
    """Everything a rebuild needs."""
    settings.require("table_name", "opensearch_url")
    client, table = connect(settings, SEARCH_SECONDS), dynamodb()
    return Rebuild(
        indices=OpenSearchIndices(client, settings.refresh_interval_ms),
        positions=DynamoDBPositions(table, settings.table_name),
        events=DynamoDBEventStore(table, settings.table_name, page_size),
        index_of=lambda index: OpenSearchIndex(client, own_alias(index)),
        reconciliation_of=lambda index: reconciliation_of(settings, grace_seconds, own_alias(index)),
    )
