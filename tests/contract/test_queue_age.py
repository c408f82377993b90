"""The age of the queue: never less than the truth while the queue hands out in order, and soon as good as it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from command_app.payments.adapters.queue_watch import RedisQueueWatch
from common.cache.connection import Cache
from common.cache.keys import HELD_SECONDS, empty_key, taken_key
from projector_app.adapters.redis_intake import RedisIntake
from projector_app.ports import Message
from query_app.service.freshness import Json
from query_app.service.gauges import EventQueueGauge

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

VISIBILITY_MS = 180_000
START_MS = 1_296_475_200_000


@dataclass
class Waiting:
    """A message of the model's queue, and when the queue hands it out next."""

    message_id: str
    sent_ms: int
    visible_ms: int
    receives: int = 0


@dataclass
class Queue:
    """A queue that hands out in order, its projector, and its report, by one clock."""

    redis: Redis
    connection: Cache
    now_ms: int = START_MS
    messages: list[Waiting] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.redis.flushdb()
        self.intake = RedisIntake(self.connection, "payments", clock_ms=lambda: self.now_ms)
        self.gauge = EventQueueGauge(self.depth, self.connection)

    def depth(self, organization_id: str, at: datetime) -> Json:
        waiting = sum(message.visible_ms <= self.now_ms for message in self.messages)
        return {"waiting": waiting, "inFlight": len(self.messages) - waiting}

    def send(self) -> None:
        self.messages.append(Waiting(f"m-{next(self.ids)}", self.now_ms, self.now_ms))

    def take(self, most: int, *, fails: bool = False, dies: bool = False) -> None:
        """The projector takes a batch and does all of it, or fails on every second message, or dies at it."""
        batch = [message for message in self.messages if message.visible_ms <= self.now_ms][:most]
        if not batch:
            return
        for message in batch:
            message.receives += 1
            message.visible_ms = self.now_ms + VISIBILITY_MS
        given_out = [Message(each.message_id, "", each.receives > 1, each.sent_ms) for each in batch]
        taken = self.intake.took(given_out)
        if dies:
            return
        self.now_ms += 50
        left = given_out[::2] if fails else []
        self.intake.done(taken, left)
        done = {message.message_id for message in given_out} - {message.message_id for message in left}
        self.messages = [message for message in self.messages if message.message_id not in done]

    def seen_empty(self) -> None:
        if not self.messages:
            self.redis.set(empty_key("payments"), self.now_ms)

    def wait(self, seconds: int) -> None:
        """What comes again is taken again within the minute that the report allows for it."""
        for _ in range(seconds):
            self.now_ms += 1_000
            if any(each.receives and each.visible_ms + 30_000 < self.now_ms for each in self.messages):
                self.take(1_000, fails=True)

    @property
    def told(self) -> int | None:
        at = datetime.fromtimestamp(self.now_ms / 1000, UTC)
        oldest: int | None = self.gauge("org-456", at)["oldestMs"]
        return oldest

    @property
    def truth(self) -> int | None:
        return max((self.now_ms - message.sent_ms for message in self.messages), default=None)


def test_nothing_waits_and_nothing_is_told(redis: Redis, connection: Cache) -> None:
    queue = Queue(redis, connection)
    assert queue.told is None
    queue.send()
    queue.take(10)
    assert queue.told is None


def test_what_waits_is_as_old_as_the_oldest_that_was_just_taken_and_ages(redis: Redis, connection: Cache) -> None:
    # Given a queue that is a minute behind
    queue = Queue(redis, connection)
    for _ in range(100):
        queue.send()
        queue.now_ms += 1_000
    queue.take(10)
    queue.take(30)
    assert (queue.told, queue.truth) == (90_100, 60_100)
    # When nothing is taken any more
    queue.now_ms += 60_000
    assert (queue.told, queue.truth) == (150_100, 120_100)


def test_what_a_failing_or_dead_projector_took_waits_though_others_go_on(redis: Redis, connection: Cache) -> None:
    for how in ({"fails": True}, {"dies": True}):
        # Given a batch that comes to nothing
        queue = Queue(redis, connection)
        queue.send()
        queue.take(10, **how)
        # When later messages are projected for two minutes
        for _ in range(120):
            queue.now_ms += 1_000
            queue.send()
            queue.take(10)
        # Then the queue is as old as what was not
        queue.send()
        assert queue.truth is not None
        assert queue.told == queue.truth
        # And when that comes again and succeeds, the queue is young again
        queue.now_ms += 61_000
        queue.take(10)
        queue.now_ms += HELD_SECONDS * 1_000
        queue.send()
        queue.take(10)
        queue.now_ms += 1_000
        queue.send()
        assert queue.told is not None
        assert queue.told < 2_000


def test_a_long_silence_does_not_make_the_next_message_old(redis: Redis, connection: Cache) -> None:
    queue = Queue(redis, connection)
    queue.send()
    queue.take(10)
    queue.wait(3_600)
    queue.seen_empty()
    queue.wait(20)
    queue.send()
    assert (queue.told, queue.truth) == (20_000, 0)


def test_notes_of_batches_do_not_pile_up(redis: Redis, connection: Cache) -> None:
    queue = Queue(redis, connection)
    for _ in range(20):
        queue.send()
        queue.take(10, dies=True)
        queue.wait(60)
    assert redis.zcard(taken_key("payments")) < 10


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 5)),
        st.tuples(st.sampled_from(["done", "fails", "dies"]), st.integers(1, 6)),
        st.tuples(st.just("wait"), st.integers(1, 300)),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=100, deadline=None)
def test_it_is_never_younger_than_its_oldest_message(
    redis: Redis, connection: Cache, steps: list[tuple[str, int]]
) -> None:
    queue = Queue(redis, connection)
    for step, number in steps:
        match step:
            case "send":
                for _ in range(number):
                    queue.send()
                    queue.now_ms += 100
            case "wait":
                queue.wait(number)
            case "look":
                queue.seen_empty()
            case _:
                queue.take(number, fails=step == "fails", dies=step == "dies")
        if queue.truth is None:
            assert queue.told is None
        elif queue.told is None:
            # Nobody has taken anything yet, nor looked.
            assert not redis.keys("*")
        else:
            assert queue.told >= queue.truth


def test_the_watch_notes_an_empty_queue_and_only_that(
    sqs: "SQSClient", queue_url: str, redis: Redis, connection: Cache
) -> None:
    redis.flushdb()
    RedisQueueWatch(sqs, queue_url, connection, clock_ms=lambda: 1_000).look()
    assert redis.get(empty_key("payments")) == b"1000"
    # When something waits, then is in flight
    sqs.send_message(QueueUrl=queue_url, MessageBody="x")
    RedisQueueWatch(sqs, queue_url, connection, clock_ms=lambda: 2_000).look()
    [message] = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=1)["Messages"]
    RedisQueueWatch(sqs, queue_url, connection, clock_ms=lambda: 3_000).look()
    assert redis.get(empty_key("payments")) == b"1000"
    # And is done with
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    RedisQueueWatch(sqs, queue_url, connection, clock_ms=lambda: 4_000).look()
    assert redis.get(empty_key("payments")) == b"4000"


def test_a_watch_and_an_intake_without_engines_raise_nothing(sqs: "SQSClient", queue_url: str) -> None:
    with Cache("redis://127.0.0.1:9", timeout_seconds=0.2) as nowhere:
        RedisQueueWatch(sqs, queue_url, nowhere).look()
        RedisQueueWatch(sqs, f"{queue_url}-gone", nowhere).look()
        intake = RedisIntake(nowhere, "payments")
        taken = intake.took([Message("m-1", "", sent_ms=START_MS)])
        assert taken is None
        intake.done(taken, [])
