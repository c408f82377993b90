"""Epochs in Redis: what the projector says, the query cache hears."""

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from common.cache import connect
from common.cache_keys import epoch_key, lag_key, settling_key
from projector_app.adapters.redis_epochs import RedisEpochs

REFRESH_MS = 500


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with connect(redis_url, timeout_seconds=2) as client:
        client.flushdb()
        yield client


def test_a_bump_makes_the_epoch_grow_and_says_that_the_index_settles(redis: Redis) -> None:
    epochs = RedisEpochs(redis, REFRESH_MS)
    epochs.bump({"org-1": 120})
    first = int(redis.get(epoch_key("payments", "org-1")) or 0)
    epochs.bump({"org-1": 80, "org-2": 90})

    assert int(redis.get(epoch_key("payments", "org-1")) or 0) == first + 1
    assert redis.get(lag_key("payments", "org-1")) == b"80"
    assert redis.get(epoch_key("payments", "org-2")) is not None
    assert REFRESH_MS < redis.pttl(settling_key("payments", "org-1")) <= 2 * REFRESH_MS


def test_an_epoch_that_was_lost_never_comes_back_to_an_old_number(redis: Redis) -> None:
    # Given an organization that went through some epochs
    epochs, used = RedisEpochs(redis, REFRESH_MS), []
    for _ in range(3):
        epochs.bump({"org-1": 1})
        used.append(int(redis.get(epoch_key("payments", "org-1")) or 0))

    # When the cache loses them all, some time later
    time.sleep(0.01)
    redis.flushdb()
    epochs.bump({"org-1": 1})

    # Then no answer kept under one of them can be read again
    assert int(redis.get(epoch_key("payments", "org-1")) or 0) > max(used)


def test_what_a_dead_cache_could_not_be_told_is_told_with_the_next_batch(redis: Redis) -> None:
    # Given a projector whose cache is not there
    nowhere = connect("redis://127.0.0.1:9", timeout_seconds=0.2)
    epochs = RedisEpochs(nowhere, REFRESH_MS)
    epochs.bump({"org-1": 1})

    # When it is back, and a batch of another organization comes
    nowhere.connection_pool = redis.connection_pool
    epochs.bump({"org-2": 1})

    # Then both organizations read anew
    assert redis.exists(epoch_key("payments", "org-1"), epoch_key("payments", "org-2")) == 2
