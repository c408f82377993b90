"""What tells of the service itself, built at first use and kept as long as the process."""

from functools import cache
from pathlib import Path

from common.cache.connection import open_cache
from common.engines.json_client import Limits, dynamodb_client, sqs_client
from common.settings import Settings
from query_app.payments.wiring import history, search_index
from query_app.service.freshness import Freshness
from query_app.service.gauges import CacheGauge, EventQueueGauge, OutboxGauge, ProjectionGauge, QueueGauge
from query_app.service.health import Health
from query_app.wiring import CACHE_SECONDS, settings, shared_cache

_BRIEFLY = Limits(read_seconds=1.5, tries=1)
"""All the gauges together stay well inside the function's time limit, also when every engine is silent."""


def freshness_of(given: Settings) -> Freshness:
    """The operators' report on the system of these settings."""
    sqs = sqs_client(_BRIEFLY)
    dynamodb = dynamodb_client(_BRIEFLY)
    cached = open_cache(given, CACHE_SECONDS) if given.cache_url else None
    return Freshness(
        {
            "queue": EventQueueGauge(QueueGauge(sqs, given.queue_url, "event queue"), cached),
            "deadLetters": QueueGauge(sqs, given.dlq_url, "dead letter queue"),
            "outbox": OutboxGauge(dynamodb, given.table_name),
            "projection": ProjectionGauge(cached),
            "cache": CacheGauge(cached),
        }
    )


@cache
def freshness() -> Freshness:
    """The operators' report on this system."""
    return freshness_of(settings().require("queue_url", "dlq_url", "table_name"))


@cache
def health() -> Health:
    """The parts that queries need."""
    cached = shared_cache()
    return Health(
        required={"opensearch": search_index().ping, "dynamodb": history().ping},
        optional={"cache": cached.ping} if cached else {},
    )


@cache
def openapi() -> str:
    """The OpenAPI document of the whole service, as `python -m ops openapi` wrote it."""
    return Path(__file__).parents[1].joinpath("openapi.json").read_text(encoding="utf-8")
