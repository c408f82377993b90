"""What tells of the service itself, built at first use and kept as long as the process."""

from functools import cache
from pathlib import Path
from typing import Any

from common.cache.connection import open_cache
from common.engines.aws import later
from common.settings import Settings
from query_app.payments.wiring import history, search_index
from query_app.service.freshness import Freshness
from query_app.service.gauges import CacheGauge, EventQueueGauge, OutboxGauge, ProjectionGauge, QueueGauge
from query_app.service.health import Health
from query_app.wiring import CACHE_SECONDS, settings, shared_cache

_BRIEFLY: dict[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 1.5,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
"""All the gauges together stay well inside the function's time limit, also when every engine is silent."""


def freshness_of(given: Settings) -> Freshness:
    """The operators' report on the system of these settings."""
    sqs = later("sqs", **_BRIEFLY)
    dynamodb = later("dynamodb", **_BRIEFLY)
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
