"""Hits of the two cache levels."""

from collections.abc import Sequence
from statistics import median

from redis import Redis

from bench.harness import Figure, Limit, interleaved, typical
from bench.world import World, context, http_event
from common.settings import Settings
from query_app import wiring
from query_app.cache.memory import MemoryCache
from query_app.cache.middleware import CachedAnswers
from query_app.language.tree import Words
from query_app.payments.filters import Filters
from query_app.payments.search.query import SearchPayments
from query_app.payments_handler import lambda_handler
from query_app.query import Answer, QueryContext

ROUNDS = 9
CALLS = 300
_QUESTION = {"q": "white hanging heart", "currency": "EUR"}


def measure_memory(world: World) -> Sequence[Figure]:
    """The same search again and again, API Gateway's event in, its answer out."""
    event = http_event("GET", "/v1/payments", world.organizations[0], _QUESTION)
    answers = [lambda_handler(event, context("query")) for _ in range(50)]
    if '"cache":"l1"' not in answers[-1]["body"]:
        raise RuntimeError("the search is not answered from memory")
    rounds = [typical([lambda: lambda_handler(event, context("query"))] * CALLS) for _ in range(ROUNDS)]
    detail = f"{len(answers[-1]['body']):,} bytes answered"
    return [Figure("L1 hit", "us", median(rounds) * 1e6, Limit(300, 100), detail)]


def measure_shared(world: World) -> Sequence[Figure]:
    """The cache as middleware, its memory taken away, against redis-py's GET of what it keeps."""
    query = SearchPayments(Filters(condition=Words("white hanging heart")))
    asker = QueryContext(world.organizations[0], "user-1", "agent", "bench")
    with world.system.rewired({"CACHE_URL": ""}):
        found: Answer = wiring.bus().dispatch(query, asker)
    settings = Settings.from_env()
    shared = wiring.shared_cache()
    if shared is None:
        raise RuntimeError("there is no shared cache")
    cached = CachedAnswers(MemoryCache(max_bytes=0), shared, 300, settings.refresh_interval_ms / 1000)
    with Redis.from_url(settings.cache_url) as redis:
        redis.flushdb()

        def ask() -> Answer:
            return cached(query, asker, lambda *_: found)

        ask()
        if ask().cache != "l2":
            raise RuntimeError("the search is not answered from the shared cache")
        [key] = list(redis.scan_iter(f"*{query.digest()}"))
        size = redis.strlen(key)
        rounds = interleaved(
            ROUNDS, lambda _: typical([ask] * CALLS), lambda _: typical([lambda: redis.get(key)] * CALLS)
        )
    detail = f"{rounds.ours_median * 1e6:.0f} us, raw {rounds.raw_median * 1e6:.0f} us, {size:,} bytes kept"
    return [Figure("L2 hit", "x raw GET", rounds.ratio, Limit(3, 1.5), detail)]
