"""Composition root of the scheduled function and, with settings of their own, of the operator's commands."""

import time
from collections.abc import Callable
from functools import cache

import boto3
from botocore.config import Config

from common.engines.document_writer import OpenSearchIndex
from common.engines.mirrored_index import MirroredIndex
from common.engines.search import connect
from common.payments.index import ALIAS_TIMELINE, own_alias
from common.settings import Settings
from operations_app.adapters.findings import DynamoDBFindings
from operations_app.adapters.indices import OpenSearchIndices
from operations_app.adapters.positions import DynamoDBPositions
from operations_app.adapters.read_side import OpenSearchReadSide
from operations_app.adapters.scan import READERS
from operations_app.adapters.write_side import DynamoDBEventStore, DynamoDBWriteSide
from operations_app.rebuild import Rebuild
from operations_app.reconciliation import GRACE_SECONDS, Reconciliation
from operations_app.repair import Repair

_SEARCH_SECONDS = 60
_DYNAMODB = Config(
    connect_timeout=2,
    read_timeout=20,
    retries={"mode": "adaptive", "total_max_attempts": 10},
    max_pool_connections=2 * READERS,
)


@cache
def reconciliation() -> Reconciliation:
    """The scheduled function's."""
    return reconciliation_of(Settings.from_env())


@cache
def findings() -> DynamoDBFindings:
    """Where the scheduled function keeps what it found."""
    return DynamoDBFindings(boto3.client("dynamodb", config=_DYNAMODB), Settings.from_env().table_name)


def reconciliation_of(
    settings: Settings,
    grace_seconds: float = GRACE_SECONDS,
    alias: str = ALIAS_TIMELINE,
    sleep: Callable[[float], None] = time.sleep,
) -> Reconciliation:
    """What queries see, or another index, against the table."""
    settings.require("table_name", "opensearch_url")
    read_side = OpenSearchReadSide(connect(settings, _SEARCH_SECONDS), alias)
    return Reconciliation(_write_side(settings), read_side, grace_seconds, sleep)


def repair_of(settings: Settings) -> Repair:
    """Writes where the projector writes."""
    index = MirroredIndex(connect(settings, _SEARCH_SECONDS))
    return Repair(_write_side(settings), index, reconciliation_of(settings))


def rebuild_of(settings: Settings, grace_seconds: float = GRACE_SECONDS, page_size: int | None = None) -> Rebuild:
    """Everything a rebuild needs."""
    settings.require("table_name", "opensearch_url")
    client, dynamodb = connect(settings, _SEARCH_SECONDS), boto3.client("dynamodb", config=_DYNAMODB)
    return Rebuild(
        indices=OpenSearchIndices(client, settings.refresh_interval_ms),
        positions=DynamoDBPositions(dynamodb, settings.table_name),
        events=DynamoDBEventStore(dynamodb, settings.table_name, page_size),
        index_of=lambda index: OpenSearchIndex(client, own_alias(index)),
        reconciliation_of=lambda index: reconciliation_of(settings, grace_seconds, own_alias(index)),
    )


def _write_side(settings: Settings) -> DynamoDBWriteSide:
    return DynamoDBWriteSide(boto3.client("dynamodb", config=_DYNAMODB), settings.table_name)
