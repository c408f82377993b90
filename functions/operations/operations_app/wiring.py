"""Composition root of the scheduled function."""

import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from common.engines.json_client import Limits, dynamodb_client
from common.engines.search import connect
from common.payments.index import ALIAS_TIMELINE
from common.settings import Settings
from operations_app.adapters.findings import DynamoDBFindings
from operations_app.adapters.read_side import OpenSearchReadSide
from operations_app.adapters.write_side import DynamoDBWriteSide
from operations_app.reconciliation import GRACE_SECONDS, Reconciliation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEARCH_SECONDS = 60
_PATIENTLY = Limits(connect_seconds=2, read_seconds=20, tries=10)


@cache
def reconciliation() -> Reconciliation:
    """The scheduled function's."""
    return reconciliation_of(Settings.from_env())


@cache
def findings() -> DynamoDBFindings:
    """Where the scheduled function keeps what it found."""
    return DynamoDBFindings(dynamodb(), Settings.from_env().table_name)


def reconciliation_of(
    settings: Settings,
    grace_seconds: float = GRACE_SECONDS,
    alias: str = ALIAS_TIMELINE,
    sleep: Callable[[float], None] = time.sleep,
) -> Reconciliation:
    """What queries see, or another index, against the table."""
    settings.require("table_name", "opensearch_url")
    read_side = OpenSearchReadSide(connect(settings, SEARCH_SECONDS), alias)
    return Reconciliation(write_side(settings), read_side, grace_seconds, sleep)


@cache
def dynamodb() -> "DynamoDBClient":
    """The one client of the process, for long scans."""
    return dynamodb_client(_PATIENTLY)


def write_side(settings: Settings) -> DynamoDBWriteSide:
    """What was committed."""
    return DynamoDBWriteSide(dynamodb(), settings.table_name)
