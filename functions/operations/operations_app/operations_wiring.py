"""The composition root of the operators' side. Its calls end while the function still has time to say so."""

from functools import cache

from common.engines.json_client import dynamodb_client, sqs_client
from common.engines.search import connect
from common.settings import Settings
from operations_app.adapters.findings import DynamoDBFindings
from operations_app.adapters.indices import OpenSearchIndices
from operations_app.adapters.positions import DynamoDBPositions
from operations_app.letters import Letters
from operations_app.redrive import DeadLetterQueue
from operations_app.reports import Overview

_LEASE_SECONDS = 60
"""Longer than the function may run; one that ends in the middle hides the letters no longer than that."""
_SEARCH_SECONDS = 5


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name", "opensearch_url", "queue_url", "dlq_url")


@cache
def overview() -> Overview:
    """What is told."""
    table, dynamodb = settings().table_name, dynamodb_client()
    indices = OpenSearchIndices(connect(settings(), _SEARCH_SECONDS), settings().refresh_interval_ms)
    return Overview(DynamoDBFindings(dynamodb, table), indices, DynamoDBPositions(dynamodb, table))


@cache
def letters() -> Letters:
    """The dead letters."""
    queues = settings().dlq_url, settings().queue_url
    return Letters(DeadLetterQueue(sqs_client(), *queues, lease_seconds=_LEASE_SECONDS))
