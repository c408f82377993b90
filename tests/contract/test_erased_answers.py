"""An erasure empties the shared cache, whatever readers are doing meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from common.cache.connection import Cache, Command
from projector_app.adapters.redis_epochs import DELETED_A_CALL, RedisEpochs
from projector_app.ports import Progress
from query_app.cache.ports import Place
from query_app.cache.shared import RedisCache
from tests.builders import NOON
from tests.fakes.cache import Sometimes

SECRET = b"A novel for Jane"


class Interrupted(Cache):
    """Something else happens before each round trip."""

    def __init__(self, url: str, meanwhile: Callable[[], None]) -> None:
        super().__init__(url, timeout_seconds=2)
        self._meanwhile = meanwhile

    def pipeline(self, commands: Sequence[Command]) -> list[Any]:
        self._meanwhile()
        return super().pipeline(commands)


def erased() -> Progress:
    return Progress([5], NOON, erased=True)


def reading(cache: RedisCache, organization_id: str) -> Place:
    """A query looks where its answer will be kept."""
    epoch = cache.marks("payments", organization_id).epoch
    assert epoch is not None
    return Place("payments", organization_id, epoch, "digest")


def keep(cache: RedisCache, place: Place, answer: bytes = SECRET) -> None:
    cache.put(place, answer, seconds=60)


def left(redis: Redis, organization_id: str) -> list[bytes]:
    """All that is kept of an organization's answers."""
    keys = [key for key in redis.scan_iter(f"{{payments:{organization_id}}}:*") if redis.type(key) == b"string"]
    values: list[bytes | None] = redis.mget(keys) if keys else []  # type: ignore[assignment]  # nothing is decoded
    return [value for value in values if value and SECRET in value]


def test_what_was_kept_of_the_organization_is_deleted_and_nobody_else_s(redis: Redis, connection: Cache) -> None:
    # Given answers of two organizations under several epochs
    cache, epochs = RedisCache(connection), RedisEpochs(connection, "payments", 500)
    mine, theirs = (f"org-{uuid4().hex}" for _ in range(2))
    for organization_id in (mine, theirs):
        for _ in range(3):
            keep(cache, reading(cache, organization_id))
            epochs.bump({organization_id: Progress([5], NOON)})
    assert (len(left(redis, mine)), len(left(redis, theirs))) == (3, 3)

    # When an erasure is projected
    assert epochs.bump({mine: erased(), theirs: Progress([5], NOON)})

    # Then nothing of that organization's is left, and it can keep answers again
    assert (left(redis, mine), len(left(redis, theirs))) == ([], 3)
    keep(cache, reading(cache, mine))
    assert len(left(redis, mine)) == 1


def test_an_erasure_that_the_cache_did_not_hear_of_is_made_up_for(
    redis: Redis, redis_url: str, connection: Cache
) -> None:
    # Given a projector that cannot reach the cache
    organization_id = f"org-{uuid4().hex}"
    cache, nowhere = RedisCache(connection), Sometimes(redis_url, timeout_seconds=2)
    keep(cache, reading(cache, organization_id))
    epochs = RedisEpochs(nowhere, "payments", 500)
    assert not epochs.bump({organization_id: erased()})
    assert not epochs.bump({organization_id: Progress([5], NOON)})

    # When it is back, and any batch comes
    nowhere.down = False
    assert epochs.bump({"org-other": Progress([5], NOON)})

    # Then the erased words go
    assert left(redis, organization_id) == []


def test_many_answers_are_deleted_in_many_calls(redis: Redis, connection: Cache) -> None:
    organization_id = f"org-{uuid4().hex}"
    cache = RedisCache(connection)
    place = reading(cache, organization_id)
    for number in range(2 * DELETED_A_CALL + 1):
        keep(cache, replace(place, digest=str(number)))
    assert len(left(redis, organization_id)) == 2 * DELETED_A_CALL + 1
    assert RedisEpochs(connection, "payments", 500).bump({organization_id: erased()})
    assert left(redis, organization_id) == []


STEP = st.integers(0, 8)


@given(readers=st.lists(st.tuples(STEP, STEP), max_size=6))
@settings(max_examples=100, deadline=None)
def test_no_reader_leaves_an_erased_word_whenever_it_reads_and_whenever_it_keeps(
    redis_url: str, redis: Redis, connection: Cache, readers: list[tuple[int, int]]
) -> None:
    """A reader looks at epoch and index before one step of the projector, and keeps its answer before another."""
    organization_id = f"org-{uuid4().hex}"
    cache, steps = RedisCache(connection), count()
    first = reading(cache, organization_id)
    under_way: dict[int, Place] = {}

    def readers_go_on() -> None:
        step = next(steps)
        for reader, (reads, keeps) in enumerate(readers):
            if step == reads:
                under_way[reader] = replace(reading(cache, organization_id), digest=f"reader-{reader}")
            if step >= keeps and reader in under_way:
                answered(under_way.pop(reader))

    def answered(place: Place) -> None:
        # The index was refreshed before the epoch was raised: who sees the new one reads no erased word.
        keep(cache, place, SECRET if place.epoch == first.epoch else b"[erased]")

    # Given an answer in the cache
    answered(first)
    # When an erasure is projected, and readers come in between, some of whom are slow
    with Interrupted(redis_url, readers_go_on) as interrupted:
        assert RedisEpochs(interrupted, "payments", 500).bump({organization_id: erased()})
    for place in under_way.values():
        answered(place)
    # Then no erased word is left
    assert next(steps) > 2
    assert left(redis, organization_id) == []
