"""What every context's queries are made of, built at first use and kept as long as the process."""

from functools import cache

from common.bus import Middleware, QueryBus
from common.cache.connection import open_cache
from common.edge.middleware import counting, logging, tracing
from common.settings import Settings
from query_app.allowance import Allowance
from query_app.cache.memory import MemoryCache
from query_app.cache.middleware import CachedAnswers
from query_app.cache.shared import RedisCache
from query_app.cursors import Cursors
from query_app.query import QueryContext
from query_app.repeats import Repeats

SEARCH_SECONDS = 5.0
CACHE_SECONDS = 0.15
"""A cache that takes longer than that costs more than it saves."""


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env()


@cache
def cursors() -> Cursors:
    """What leads from page to page."""
    return Cursors(settings().require("cursor_key").cursor_key)


@cache
def shared_cache() -> RedisCache | None:
    """The cache beside this process, where there is one."""
    return RedisCache(open_cache(settings(), CACHE_SECONDS)) if settings().cache_url else None


@cache
def repeats() -> Repeats:
    """The requests that this process knows."""
    return Repeats()


def queries(*own: Middleware[QueryContext]) -> QueryBus[QueryContext]:
    """A bus behind logging, tracing, counting, what the context has of its own, the allowance, and the cache."""
    chain: list[Middleware[QueryContext]] = [logging, tracing, counting, *own]
    cached = shared_cache()
    if cached and settings().query_rate:
        chain.append(Allowance(cached, settings().query_rate))
    if cached:
        refresh_seconds = settings().refresh_interval_ms / 1000
        chain.append(CachedAnswers(MemoryCache(), cached, settings().cache_ttl_seconds, refresh_seconds))
    return QueryBus(chain)
