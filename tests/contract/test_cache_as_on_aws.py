"""The cache as ElastiCache serverless is: a cluster, and a user who may do what template.yaml says and nothing else."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis

from command_app.payments.adapters.queue_watch import RedisQueueWatch
from common.cache.connection import Cache, CacheError
from common.cache.keys import HELD_SECONDS, empty_key, epoch_key, reached_key
from local.engines.default import redis_binary
from local.processes import Processes, free_port, listening
from local.template import load
from projector_app.adapters.redis_epochs import RedisEpochs
from projector_app.adapters.redis_intake import RedisIntake
from projector_app.ports import Message, Progress
from query_app.cache.ports import Marks, Place
from query_app.cache.shared import RedisCache
from query_app.service.gauges import CacheGauge, EventQueueGauge, ProjectionGauge
from tests.builders import NOON

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SLOTS = 16_384
USER = "payments-1"


@dataclass
class Tokens:
    """A token for each connection, as IAM credentials give them."""

    given: int = 0

    def __call__(self) -> tuple[str, str]:
        self.given += 1
        return USER, f"token-{self.given}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A cluster of one node, and its administrator."""
    folder, port = tmp_path_factory.mktemp("cluster"), free_port()
    with Processes(folder) as processes:
        processes.start("redis-cluster", _argv(port, folder), ready=lambda: listening(port))
        with Redis(port=port) as client:
            client.execute_command("CLUSTER", "ADDSLOTS", *range(SLOTS))
            deadline = time.monotonic() + 10
            while b"cluster_state:ok" not in client.execute_command("CLUSTER", "INFO"):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            allowed = load()["Resources"]["CacheUser"]["Properties"]["AccessString"]
            client.execute_command("ACL", "SETUSER", USER, "nopass", *allowed.split(" "))
            yield client


def _argv(port: int, folder: Path) -> list[str]:
    options = f"--port {port} --bind 127.0.0.1 --appendonly no --cluster-enabled yes".split()
    return [str(redis_binary()), "--dir", str(folder), "--save", "", *options]


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def connection(root: Redis, tokens: Tokens) -> Iterator[Cache]:
    """The functions' own, which finds nothing kept."""
    root.flushall()
    port = root.connection_pool.connection_kwargs["port"]
    with Cache(f"redis://127.0.0.1:{port}", timeout_seconds=2, login=tokens) as cache:
        yield cache


def test_it_is_a_cluster_and_the_user_may_do_only_what_is_needed(connection: Cache) -> None:
    with pytest.raises(CacheError, match="same slot"):
        connection.call("MGET", epoch_key("payments", "org-1"), epoch_key("payments", "org-2"))
    for command in (["FLUSHALL"], ["SET", "somebody-else-s", "1"]):
        with pytest.raises(CacheError, match="NOPERM"):
            connection.call(*command)


@pytest.mark.parametrize("context", ["payments", "logs", "metrics"])
def test_the_user_may_use_the_keys_of_each_context(connection: Cache, context: str) -> None:
    assert RedisEpochs(connection, context, refresh_interval_ms=500).bump({"org-1": Progress([5], NOON)})
    assert RedisCache(connection).marks(context, "org-1").settling


def test_a_connection_that_is_closed_on_it_comes_again_with_a_new_token(
    root: Redis, connection: Cache, tokens: Tokens
) -> None:
    # Given a connection that works
    assert connection.call("PING") == b"PONG"
    assert tokens.given == 1
    # When the server hangs up, as ElastiCache does after twelve hours
    assert root.client_kill_filter(user=USER) == 1
    # Then the next call works, and logged in anew
    assert connection.call("PING") == b"PONG"
    assert tokens.given == 2


def test_what_the_projector_tells_of_many_organizations_is_heard(connection: Cache) -> None:
    # Given answers of several organizations, which are in several slots
    cache, epochs = RedisCache(connection), RedisEpochs(connection, "payments", refresh_interval_ms=500)
    organizations = [f"org-{number}" for number in range(20)]
    places = {}
    for organization_id in organizations:
        epoch = cache.marks("payments", organization_id).epoch
        assert epoch is not None
        places[organization_id] = Place("payments", organization_id, epoch, "digest")
        cache.put(places[organization_id], b"{}", seconds=60)
        assert cache.get(places[organization_id].key) is not None

    # When the projector tells of all of them, and of an erasure in half of them
    progress = {name: Progress([5], NOON, erased=number % 2 == 0) for number, name in enumerate(organizations)}
    assert epochs.bump(progress)

    # Then each has a new epoch, and half of them nothing in the cache
    for number, organization_id in enumerate(organizations):
        marks = cache.marks("payments", organization_id)
        assert marks == Marks(places[organization_id].epoch + 1, settling=True, lag_ms=5)
        assert (cache.get(places[organization_id].key) is None) == (number % 2 == 0)
    told = ProjectionGauge(connection)("org-1", NOON)
    assert (told["everyone"]["lagMs"]["events"], told["organization"]["lagMs"]["events"]) == (20, 1)


def test_claims_and_counts_work(connection: Cache) -> None:
    at = [100.0]
    cache = RedisCache(connection, clock=lambda: at[0])
    key = Place("payments", "org-1", 1, "digest").key
    assert cache.claim(key, seconds=60)
    assert not cache.claim(key, seconds=60)
    cache.release(key)
    assert cache.claim(key, seconds=60)
    for level in ("miss", "l1", "l1"):
        cache.seen("payments", level)
    cache.marks("payments", "org-1")
    counted = CacheGauge(connection)("org-1", datetime.now(UTC))
    assert (counted["l1"], counted["l2"], counted["miss"]) == (2, 0, 1)


def test_the_queue_s_age_is_noted_and_told(connection: Cache, sqs: "SQSClient", queue_url: str) -> None:
    RedisQueueWatch(sqs, queue_url, connection, clock_ms=lambda: 1_000).look()
    assert connection.call("GET", empty_key("payments")) == b"1000"
    intake = RedisIntake(connection, "payments", clock_ms=lambda: 4_000)
    intake.done(intake.took([Message("m-1", "", sent_ms=2_000)]), [])
    intake.done(intake.took([Message("m-2", "", sent_ms=3_000)]), [Message("m-2", "", sent_ms=3_000)])
    assert connection.call("GET", reached_key("payments")) == b"3000"
    gauge = EventQueueGauge(lambda *_: {"waiting": 1, "inFlight": 0}, connection)
    assert gauge("org-1", datetime.fromtimestamp(5, UTC))["oldestMs"] == 2_000
    assert gauge("org-1", datetime.fromtimestamp(5 + HELD_SECONDS, UTC))["oldestMs"] == 2_000 + HELD_SECONDS * 1_000
