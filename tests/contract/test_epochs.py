"""Epochs in Redis: what the projector says, the query cache hears."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from common.cache.connection import Cache
from common.cache.keys import LAGS_KEPT, epoch_key, lag_key, lags_key, projected_key, settling_key
from projector_app.adapters.redis_epochs import RedisEpochs
from projector_app.ports import Progress
from tests.fakes.cache import Sometimes

REFRESH_MS = 500
AT = datetime(2011, 1, 31, 12, tzinfo=UTC)


def progress(*lags_ms: int, newest: datetime = AT) -> Progress:
    return Progress(lags_ms, newest)


@pytest.fixture(autouse=True)
def nothing_kept(redis: Redis) -> None:
    redis.flushdb()


def test_a_bump_makes_the_epoch_grow_and_says_that_the_index_settles(redis: Redis, connection: Cache) -> None:
    epochs = RedisEpochs(connection, "payments", REFRESH_MS)
    epochs.bump({"org-1": progress(90, 120)})
    first = int(redis.get(epoch_key("payments", "org-1")) or 0)
    epochs.bump({"org-1": progress(80), "org-2": progress(90)})

    assert int(redis.get(epoch_key("payments", "org-1")) or 0) == first + 1
    assert redis.get(lag_key("payments", "org-1")) == b"80"
    assert redis.get(epoch_key("payments", "org-2")) is not None
    assert REFRESH_MS < redis.pttl(settling_key("payments", "org-1")) <= 2 * REFRESH_MS


def test_an_epoch_that_was_lost_never_comes_back_to_an_old_number(redis: Redis, connection: Cache) -> None:
    # Given an organization that went through some epochs
    epochs, used = RedisEpochs(connection, "payments", REFRESH_MS), []
    for _ in range(3):
        epochs.bump({"org-1": progress(1)})
        used.append(int(redis.get(epoch_key("payments", "org-1")) or 0))

    # When the cache loses them all, some time later
    time.sleep(0.01)
    redis.flushdb()
    epochs.bump({"org-1": progress(1)})

    # Then no answer kept under one of them can be read again
    assert int(redis.get(epoch_key("payments", "org-1")) or 0) > max(used)


def test_what_a_dead_cache_could_not_be_told_is_told_with_the_next_batch(redis: Redis, redis_url: str) -> None:
    # Given a projector whose cache is not there
    nowhere = Sometimes(redis_url, timeout_seconds=2)
    epochs = RedisEpochs(nowhere, "payments", REFRESH_MS)
    epochs.bump({"org-1": progress(1)})

    # When it is back, and a batch of another organization comes
    nowhere.down = False
    epochs.bump({"org-2": progress(1)})

    # Then both organizations read anew
    assert redis.exists(epoch_key("payments", "org-1"), epoch_key("payments", "org-2")) == 2


def test_operators_can_see_the_latest_lags_and_how_far_the_projection_is(redis: Redis, connection: Cache) -> None:
    # Given more events of two organizations than are kept
    epochs = RedisEpochs(connection, "payments", REFRESH_MS)
    epochs.bump({"org-1": progress(*range(LAGS_KEPT))})
    epochs.bump({"org-1": progress(7, 8), "org-2": progress(9, newest=AT + timedelta(minutes=1))})

    # Then the latest are there, of each and of all together
    one, other, everyone = (
        [int(lag) for together in redis.lrange(lags_key("payments", org), 0, -1) for lag in together.split()]
        for org in ("org-1", "org-2", None)
    )
    assert one == [8, 7, *reversed(range(LAGS_KEPT))]
    assert other == [9]
    assert everyone == [9, 8, 7, *reversed(range(LAGS_KEPT))]
    instants = [redis.get(projected_key("payments", org)) for org in ("org-1", "org-2", None)]
    assert instants == [b"2011-01-31T12:00:00.000Z", b"2011-01-31T12:01:00.000Z", b"2011-01-31T12:01:00.000Z"]
