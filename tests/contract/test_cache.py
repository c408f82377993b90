"""The shared cache in Redis and its fake keep the same promises; and what only a real Redis can show."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from common.cache.connection import Cache
from common.cache.keys import epoch_key, kept_key, lag_key, settling_key
from common.errors import EngineUnavailable
from local.engines.default import start_redis
from local.processes import Processes
from query_app.cache.ports import Marks, Place, SharedCache
from query_app.cache.shared import RedisCache
from tests.fakes.cache import FakeSharedCache

PLACE = Place("payments", "org-456", 1, "digest")
KEY = PLACE.key


@pytest.fixture(params=["redis", "fake"])
def cache(request: pytest.FixtureRequest) -> SharedCache:
    if request.param == "fake":
        return FakeSharedCache()
    return RedisCache(request.getfixturevalue("connection"))


@pytest.fixture
def key() -> str:
    """A key that no other test has used."""
    return Place("payments", f"org-{uuid4().hex}", 1, "digest").key


def place_now(cache: SharedCache, organization_id: str | None = None) -> Place:
    """Under an organization's epoch as it is now; of an organization of its own if none is named."""
    of = organization_id or f"org-{uuid4().hex}"
    epoch = cache.marks("payments", of).epoch
    assert epoch is not None
    return Place("payments", of, epoch, "digest")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"x" * 10_000, bytes(range(256)) * 20], ids=["empty", "small", "large", "bytes"]
)
def test_what_was_put_is_given_back_with_the_time_it_has_left(cache: SharedCache, data: bytes) -> None:
    place = place_now(cache)
    assert cache.get(place.key) is None
    cache.put(place, data, seconds=60)
    kept = cache.get(place.key)
    assert kept is not None
    assert kept.data == data
    assert 58 < kept.seconds <= 60


def test_nothing_is_kept_longer_than_its_time(cache: SharedCache) -> None:
    place = place_now(cache)
    cache.put(place, b"{}", seconds=0.05)
    time.sleep(0.08)
    assert cache.get(place.key) is None


def test_nothing_is_kept_under_an_epoch_that_is_over(cache: SharedCache) -> None:
    place = place_now(cache)
    for epoch in (place.epoch - 1, place.epoch + 1):
        other = replace(place, epoch=epoch)
        cache.put(other, b"{}", seconds=60)
        assert cache.get(other.key) is None
    nobody_marked = replace(place, organization_id=f"org-{uuid4().hex}", epoch=place.epoch - 1)
    cache.put(nobody_marked, b"{}", seconds=60)
    assert cache.get(nobody_marked.key) is None


def test_what_is_kept_is_noted_as_long_as_it_is(redis: Redis, connection: Cache) -> None:
    cache = RedisCache(connection)
    place = place_now(cache)
    noted = kept_key("payments", place.organization_id)
    cache.put(place, b"{}", seconds=60)
    cache.put(replace(place, digest="brief"), b"{}", seconds=0.05)
    assert len(redis.zrange(noted, 0, -1)) == 2
    assert 58_000 < redis.pttl(noted) <= 60_000
    time.sleep(0.08)
    cache.put(replace(place, digest="other"), b"{}", seconds=1)
    assert {*redis.zrange(noted, 0, -1)} == {place.key.encode(), replace(place, digest="other").key.encode()}
    assert redis.pttl(noted) > 58_000


def test_one_of_many_may_execute_until_it_gives_the_claim_back(cache: SharedCache, key: str) -> None:
    assert cache.claim(key, seconds=60)
    assert not cache.claim(key, seconds=60)
    cache.release(key)
    assert cache.claim(key, seconds=60)


def test_a_claim_of_somebody_who_died_runs_out(cache: SharedCache, key: str) -> None:
    assert cache.claim(key, seconds=0.05)
    time.sleep(0.08)
    assert cache.claim(key, seconds=60)


def test_an_organization_that_nobody_marked_has_an_epoch_that_stays(cache: SharedCache) -> None:
    organization_id = f"org-{uuid4().hex}"
    first = cache.marks("payments", organization_id)
    assert first.epoch is not None
    assert first == cache.marks("payments", organization_id) == Marks(first.epoch, settling=False, lag_ms=None)


def test_the_marks_are_as_the_projector_writes_them(redis: Redis, connection: Cache) -> None:
    organization_id = f"org-{uuid4().hex}"
    cache = RedisCache(connection)
    before = cache.marks("payments", organization_id).epoch
    assert before is not None
    redis.incr(epoch_key("payments", organization_id))
    redis.set(settling_key("payments", organization_id), 1, px=60_000)
    redis.set(lag_key("payments", organization_id), 123)
    assert cache.marks("payments", organization_id) == Marks(before + 1, settling=True, lag_ms=123)


def test_a_lost_epoch_never_starts_again_below_an_old_one(redis: Redis, connection: Cache) -> None:
    organization_id = f"org-{uuid4().hex}"
    cache = RedisCache(connection)
    before = cache.marks("payments", organization_id).epoch
    redis.delete(epoch_key("payments", organization_id))
    time.sleep(0.002)
    after = cache.marks("payments", organization_id).epoch
    assert before is not None
    assert after is not None
    assert after > before


def test_all_keys_of_an_organization_are_in_one_slot_of_a_cluster() -> None:
    keys = [name("payments", "org-456") for name in (epoch_key, settling_key, lag_key, kept_key)]
    assert all(key.startswith("{payments:org-456}:") for key in [*keys, KEY])
    assert len({*keys, KEY}) == 5


def test_large_answers_are_compressed(redis: Redis, connection: Cache) -> None:
    cache = RedisCache(connection)
    place = place_now(cache)
    cache.put(place, b"payment " * 10_000, seconds=60)
    assert 0 < redis.strlen(place.key) < 2_000


def test_what_somebody_else_broke_is_a_miss(redis: Redis, connection: Cache, key: str) -> None:
    redis.set(key, b"z-this-is-not-zlib", px=60_000)
    assert RedisCache(connection).get(key) is None


@pytest.fixture(params=["refused", "silent"])
def dead_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A port where nobody listens, or where somebody takes every word and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if request.param == "refused":
            server.close()
        yield f"redis://127.0.0.1:{port}"


def test_a_redis_that_does_not_answer_is_a_miss_soon_and_costs_nothing_after_that(dead_url: str) -> None:
    now = [100.0]
    with Cache(dead_url, timeout_seconds=0.15) as client:
        cache = RedisCache(client, clock=lambda: now[0])
        assert _seconds(lambda: cache.marks("payments", "org-456")) < 0.6
        assert cache.marks("payments", "org-456") == Marks()
        assert _seconds(lambda: [cache.get(KEY) for _ in range(100)]) < 0.05
        assert cache.get(KEY) is None
        assert cache.claim(KEY, seconds=1)
        with pytest.raises(EngineUnavailable):
            cache.ping()


def test_redis_is_killed_and_comes_back(tmp_path: Path) -> None:
    now = [100.0]
    with Processes(tmp_path / "first") as processes:
        url = start_redis(processes)
        client = Cache(url, timeout_seconds=0.15)
        cache = RedisCache(client, clock=lambda: now[0])
        place = place_now(cache)
        cache.put(place, b"{}", seconds=60)
        assert cache.get(place.key) is not None
        processes.stop()
        assert cache.get(place.key) is None
        cache.put(place, b"{}", seconds=60)
        assert cache.marks("payments", "org-456").epoch is None
    client.close()
    with Processes(tmp_path / "second") as processes, Cache(start_redis(processes), timeout_seconds=0.15) as living:
        back = RedisCache(living, clock=lambda: now[0])
        assert back.marks("payments", "org-456").epoch is not None


def test_redis_is_asked_again_after_its_rest(redis: Redis, connection: Cache) -> None:
    now = [100.0]
    cache = RedisCache(connection, rest_seconds=1.0, clock=lambda: now[0])
    place = place_now(cache)
    key = place.key
    cache.put(place, b"{}", seconds=60)
    redis.lpush(f"{key}:list", "which has no text to get")
    assert cache.get(f"{key}:list") is None
    assert cache.get(key) is None
    now[0] += 1.1
    assert cache.get(key) is not None


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
