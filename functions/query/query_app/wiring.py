"""The composition root: what the query function is made of, built at first use and kept as long as the process."""

from functools import cache
from pathlib import Path
from typing import Any

from common.bus import Middleware, QueryBus
from common.cache.connection import open_cache
from common.edge.middleware import counting, logging, tracing
from common.engines import search as opensearch
from common.engines.aws import later
from common.settings import Settings
from query_app.cache.memory import MemoryCache
from query_app.cache.middleware import CachedAnswers
from query_app.cache.shared import RedisCache
from query_app.payments import use_cases
from query_app.payments.index import OpenSearchIndex
from query_app.payments.lookup.history import DynamoDbHistory
from query_app.payments.search.cursor import Cursors
from query_app.query import QueryContext
from query_app.repeats import Repeats
from query_app.service.freshness import Freshness
from query_app.service.gauges import CacheGauge, EventQueueGauge, OutboxGauge, ProjectionGauge, QueueGauge
from query_app.service.health import Health
from query_app.visibility import ReadYourWrites

_SEARCH_SECONDS = 5.0
_CACHE_SECONDS = 0.15
"""A cache that takes longer than that costs more than it saves."""
_BRIEFLY: dict[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 1.5,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
"""All the gauges together stay well inside the function's time limit, also when every engine is silent."""


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env()


@cache
def search_index() -> OpenSearchIndex:
    """The read model."""
    return OpenSearchIndex(opensearch.connect(settings(), timeout_seconds=_SEARCH_SECONDS))


@cache
def history() -> DynamoDbHistory:
    """The events."""
    retries = {"mode": "standard", "total_max_attempts": 2}
    dynamodb = later("dynamodb", connect_timeout=1, read_timeout=3, retries=retries)
    return DynamoDbHistory(dynamodb, settings().require("table_name").table_name)


@cache
def cursors() -> Cursors:
    """What leads from page to page."""
    return Cursors(settings().require("cursor_key").cursor_key)


@cache
def shared_cache() -> RedisCache | None:
    """The cache beside this process, where there is one."""
    return RedisCache(open_cache(settings(), _CACHE_SECONDS)) if settings().cache_url else None


@cache
def repeats() -> Repeats:
    """The requests that this process knows."""
    return Repeats()


@cache
def bus() -> QueryBus[QueryContext]:
    """All queries behind logging, tracing, counting, read-your-writes and the cache."""
    reads_own_writes = ReadYourWrites(search_index(), patience_seconds=settings().consistency_wait_ms / 1000)
    chain: list[Middleware[QueryContext]] = [logging, tracing, counting, reads_own_writes]
    cached = shared_cache()
    if cached:
        refresh_seconds = settings().refresh_interval_ms / 1000
        chain.append(CachedAnswers(MemoryCache(), cached, settings().cache_ttl_seconds, refresh_seconds))
    queries: QueryBus[QueryContext] = QueryBus(chain)
    use_cases.register(queries, search_index(), history(), cursors())
    return queries


def freshness_of(given: Settings) -> Freshness:
    """The operators' report on the system of these settings."""
    sqs = later("sqs", **_BRIEFLY)
    dynamodb = later("dynamodb", **_BRIEFLY)
    cached = open_cache(given, _CACHE_SECONDS) if given.cache_url else None
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
    return Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
