"""Hits of the two cache levels."""

from collections.abc import Sequence
from statistics import median

from redis import Redis

from bench.harness import MANY_ROUNDS, Figure, Limit, interleaved, typical
from bench.world import World, context, http_event
from common.settings import Settings
from query_app import wiring
from query_app.payments_handler import lambda_handler

ROUNDS = 9
CALLS = 300
_QUESTION = {"q": "white hanging heart", "currency": "EUR"}


def measure_memory(world: World) -> Sequence[Figure]:
    """The same search again and again, API Gateway's event in, its answer out."""
    event, size = _kept_search(world)
    rounds = [typical([lambda: lambda_handler(event, context("query"))] * CALLS) for _ in range(MANY_ROUNDS)]
    return [Figure("L1 hit", "us", median(rounds) * 1e6, Limit(300, 100), f"{size:,} bytes answered")]


def measure_shared(world: World) -> Sequence[Figure]:
    """What the second level adds to redis-py's GET of what it keeps: the time that is left, and decompression."""
    with Redis.from_url(Settings.from_env().cache_url) as redis:
        redis.flushdb()
        _, answered = _kept_search(world)
        strings = [name.decode() for name in redis.scan_iter() if redis.type(name) == b"string"]
        key = max(strings, key=redis.strlen)
        shared = wiring.shared_cache()
        if shared is None or shared.get(key) is None:
            raise RuntimeError("the search is not in the shared cache")
        size = redis.strlen(key)
        rounds = interleaved(
            ROUNDS,
            lambda _: typical([lambda: shared.get(key)] * CALLS),
            lambda _: typical([lambda: redis.get(key)] * CALLS),
        )
    detail = (
        f"{rounds.ours_median * 1e6:.0f} us, raw {rounds.raw_median * 1e6:.0f} us, {answered:,} bytes kept as {size:,}"
    )
    return [Figure("L2 hit", "x raw GET", rounds.ratio, Limit(3, 1.5), detail)]


def _kept_search(world: World) -> tuple[dict[str, object], int]:
    """A search that is in memory by now, and how long its answer is."""
    event = http_event("GET", "/v1/payments", world.organizations[0], _QUESTION)
    answers = [lambda_handler(event, context("query")) for _ in range(50)]
    if '"cache":"l1"' not in answers[-1]["body"]:
        raise RuntimeError("the search is not answered from memory")
    return event, len(answers[-1]["body"])
