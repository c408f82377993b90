"""Queries behind the two-level cache."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Barrier, Thread
from uuid import uuid4

import orjson
import pytest
from redis import Redis

from common.cache.connection import Cache
from common.cache.keys import epoch_key, kept_key, lag_key, settling_key
from common.domain.consistency import ConsistencyToken
from common.errors import EngineUnavailable, NotFound
from query_app.cache.entry import pack
from query_app.cache.memory import MemoryCache
from query_app.cache.middleware import NOT_THERE_SECONDS, CachedAnswers
from query_app.cache.ports import Place, SharedCache
from query_app.cache.shared import RedisCache
from query_app.payments.lookup.query import GetHistory, GetPayment
from query_app.payments.search.query import SearchPayments
from query_app.payments.statistics.query import GetStatistics
from query_app.query import Answer, Query, QueryContext
from tests.fakes.cache import FakeSharedCache
from tests.query.documents import asking

AT = "2011-01-31T12:00:00.000Z"


@dataclass
class Clock:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Handler:
    """Answers with how often it was asked."""

    calls: int = 0
    before: Callable[[], None] = field(default=lambda: None)

    def __call__(self, _query: Query, _context: QueryContext) -> Answer:
        self.before()
        self.calls += 1
        return Answer(orjson.dumps({"calls": self.calls}), as_of=AT)


def process(shared: SharedCache, clock: Clock, chance: Callable[[], float] = lambda: 0.0) -> CachedAnswers:
    """One Lambda environment: a memory of its own before the shared cache. By default it makes nothing anew early."""
    return CachedAnswers(
        MemoryCache(clock=clock),
        shared,
        ttl_seconds=300,
        refresh_interval_seconds=1,
        sleep=clock.sleep,
        clock=clock,
        chance=chance,
    )


def context(organization_id: str = "org-456", **more: object) -> QueryContext:
    return QueryContext(organization_id, "u-1", "agent", "c-1", **more)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shared(clock: Clock) -> FakeSharedCache:
    return FakeSharedCache(clock)


def test_the_first_answer_is_executed_the_second_is_from_memory(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    first, second = (cached(SearchPayments(asking("x")), context(), handler) for _ in range(2))
    assert (first.cache, second.cache, handler.calls) == ("miss", "l1", 1)
    assert (second.body, second.as_of) == (first.body, first.as_of)


def test_another_process_finds_the_answer_in_the_shared_cache_and_then_in_its_memory(
    shared: FakeSharedCache, clock: Clock
) -> None:
    one, other, handler = process(shared, clock), process(shared, clock), Handler()
    one(GetPayment("p-1"), context(), handler)
    assert [other(GetPayment("p-1"), context(), handler).cache for _ in range(2)] == ["l2", "l1"]
    assert handler.calls == 1


def test_organizations_and_questions_are_kept_apart(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    asked = [(GetPayment("p-1"), "org-1"), (GetPayment("p-1"), "org-2"), (GetPayment("p-2"), "org-1")]
    assert [cached(query, context(org), handler).body["calls"] for query, org in asked] == [1, 2, 3]


def test_after_a_projected_change_the_next_read_misses_at_both_levels(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    cached(GetStatistics(), context(), handler)
    shared.bump("payments", "org-456")
    assert cached(GetStatistics(), context(), handler).cache == "miss"
    assert handler.calls == 2


def test_an_answer_lives_300_seconds(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    cached(GetStatistics(), context(), handler)
    clock.at += 299
    assert cached(GetStatistics(), context(), handler).cache == "l1"
    clock.at += 2
    assert cached(GetStatistics(), context(), handler).cache == "miss"


def test_memory_never_outlives_the_shared_entry_it_was_taken_from(shared: FakeSharedCache, clock: Clock) -> None:
    one, other, handler = process(shared, clock), process(shared, clock), Handler()
    one(GetStatistics(), context(), handler)
    clock.at += 299
    assert other(GetStatistics(), context(), handler).cache == "l2"
    clock.at += 2
    assert other(GetStatistics(), context(), handler).cache == "miss"


def test_while_the_index_settles_an_answer_lives_one_refresh_interval(shared: FakeSharedCache, clock: Clock) -> None:
    shared.mark("payments", "org-456", epoch=7, settling=True)
    one, other, handler = process(shared, clock), process(shared, clock), Handler()
    one(GetStatistics(), context(), handler)
    clock.at += 0.9
    assert other(GetStatistics(), context(), handler).cache == "l2"
    shared.mark("payments", "org-456", epoch=7, settling=False)
    clock.at += 0.2
    assert one(GetStatistics(), context(), handler).cache == "miss"
    assert other(GetStatistics(), context(), handler).body == {"calls": 2}


def test_without_the_shared_cache_every_query_is_executed(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    cached(GetStatistics(), context(), handler)
    shared.down = True
    answers = [cached(GetStatistics(), context(), handler) for _ in range(2)]
    assert [answer.cache for answer in answers] == ["miss", "miss"]
    assert [answer.lag_ms for answer in answers] == [None, None]
    assert handler.calls == 3


@dataclass
class Missing(Handler):
    """Finds nothing until `there`."""

    there: bool = False

    def __call__(self, query: Query, context: QueryContext) -> Answer:
        answer = super().__call__(query, context)
        if not self.there:
            raise NotFound("Payment not found: p-1")
        return answer


def missed(cached: CachedAnswers, handler: Handler) -> str:
    with pytest.raises(NotFound) as error:
        cached(GetPayment("p-1"), context(), handler)
    return error.value.detail


def test_that_a_payment_is_not_there_is_kept_for_some_seconds(shared: FakeSharedCache, clock: Clock) -> None:
    # Given two processes that are asked for a payment that nobody requested
    one, other, handler = process(shared, clock), process(shared, clock), Missing()
    details = {missed(who, handler) for who in (one, one, other, other)}
    # Then it is looked for once, and again when five seconds are over
    assert (details, handler.calls) == ({"Payment not found: p-1"}, 1)
    assert shared.levels == {"miss": 1, "l1": 2, "l2": 1}
    clock.at += NOT_THERE_SECONDS + 0.1
    missed(one, handler)
    assert handler.calls == 2


def test_a_payment_that_is_projected_meanwhile_is_found_at_once(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Missing()
    missed(cached, handler)
    handler.there = True
    shared.bump("payments", "org-456")
    assert cached(GetPayment("p-1"), context(), handler).cache == "miss"


def test_who_looked_before_a_payment_was_there_keeps_nothing_after_it_is(shared: FakeSharedCache, clock: Clock) -> None:
    # Given one who finds nothing, and is slow: the payment is projected before it is done
    cached, handler = process(shared, clock), Missing(before=lambda: shared.bump("payments", "org-456"))
    missed(cached, handler)
    # Then the next one looks anew
    found = Handler()
    assert process(shared, clock)(GetPayment("p-1"), context(), found).cache == "miss"
    assert cached(GetPayment("p-1"), context(), found).cache == "l2"


def test_other_errors_are_not_kept(shared: FakeSharedCache, clock: Clock) -> None:
    cached = process(shared, clock)
    with pytest.raises(EngineUnavailable):
        cached(GetPayment("p-1"), context(), _search_is_down)
    assert cached(GetPayment("p-1"), context(), Handler()).body == {"calls": 1}


def _search_is_down(query: Query, context: QueryContext) -> Answer:
    raise EngineUnavailable("OpenSearch did not answer.")


def test_an_entry_that_is_asked_for_all_the_time_never_ends(shared: FakeSharedCache, clock: Clock) -> None:
    # Given five processes that ask for the same twice a second; it takes two seconds to find
    dice = random.Random(7)  # noqa: S311  # no secret
    processes = [process(shared, clock, chance=dice.random) for _ in range(5)]
    made: list[float] = []

    def made_anew() -> None:
        clock.sleep(2)
        made.append(clock.at)

    handler = Handler(before=made_anew)

    # When they do so for a time in which it ends three times
    while clock.at < 2_000:
        for each in processes:
            each(GetStatistics(), context(), handler)
        clock.at += 0.5

    # Then it is made anew by one of them shortly before its end each time, and by nobody else
    lives = [later - earlier for earlier, later in pairwise(made)]
    assert len(lives) == 3
    assert all(280 < life < 302 for life in lives)


def test_while_one_makes_it_anew_the_others_are_answered_from_what_is_there(
    shared: FakeSharedCache, clock: Clock
) -> None:
    # Given an entry that took a second to make, and has less than one left
    eager = [process(shared, clock, chance=lambda: 0.9) for _ in range(5)]
    handler = Handler(before=lambda: clock.sleep(1))
    eager[0](GetStatistics(), context(), handler)
    assert eager[1](GetStatistics(), context(), handler).cache == "l2"
    clock.at += 298.5
    asked_meanwhile: list[Answer] = []

    def others_ask() -> None:
        handler.before = lambda: None
        started = clock.at
        asked_meanwhile.extend(each(GetStatistics(), context(), handler) for each in eager[1:])
        assert clock.at == started

    # When one makes it anew, and all the others, who would do so too, ask meanwhile
    handler.before = others_ask
    assert eager[0](GetStatistics(), context(), handler).cache == "miss"

    # Then they have the old answer, at once, and after that the new one
    assert [(answer.body, answer.cache) for answer in asked_meanwhile] == [({"calls": 1}, "l2")] * 4
    assert [each(GetStatistics(), context(), handler).body for each in eager] == [{"calls": 2}] * 5
    assert handler.calls == 2


def test_an_early_try_that_fails_harms_nobody(shared: FakeSharedCache, clock: Clock) -> None:
    one, other = (process(shared, clock, chance=lambda: 0.9) for _ in range(2))
    one(GetStatistics(), context(), Handler(before=lambda: clock.sleep(1)))
    clock.at += 298.5
    assert one(GetStatistics(), context(), _search_is_down).body == {"calls": 1}
    assert other(GetStatistics(), context(), _search_is_down).body == {"calls": 1}
    clock.at += 2
    with pytest.raises(EngineUnavailable):
        one(GetStatistics(), context(), _search_is_down)


@pytest.mark.parametrize("chance", [0.0, 1 - 2**-53])
def test_an_entry_is_not_made_anew_long_before_its_end(shared: FakeSharedCache, clock: Clock, chance: float) -> None:
    cached, handler = process(shared, clock, chance=lambda: chance), Handler(before=lambda: clock.sleep(1))
    cached(GetStatistics(), context(), handler)
    clock.at += 250
    assert cached(GetStatistics(), context(), handler).cache == "l1"


def test_what_is_never_kept_does_not_count(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    cached(GetHistory("p-1"), context(), handler)
    cached(GetPayment("p-1"), context(), handler)
    assert shared.levels == {"miss": 1}


def test_history_is_never_kept(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    assert [cached(GetHistory("p-1"), context(), handler).cache for _ in range(2)] == ["miss", "miss"]


def test_a_consistency_token_is_never_answered_from_the_cache_but_fills_it(
    shared: FakeSharedCache, clock: Clock
) -> None:
    cached, handler = process(shared, clock), Handler()
    cached(GetPayment("p-1"), context(), handler)
    with_token = context(token=ConsistencyToken("p-1", 2))
    assert cached(GetPayment("p-1"), with_token, handler).body == {"calls": 2}
    assert cached(GetPayment("p-1"), context(), handler).body == {"calls": 2}


def test_an_answer_that_lacks_the_tokens_write_is_not_kept(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    cached(GetPayment("p-1"), context(token=ConsistencyToken("p-1", 2), behind=True), handler)
    assert cached(GetPayment("p-1"), context(), handler).body == {"calls": 2}


def test_every_answer_tells_the_latest_lag(shared: FakeSharedCache, clock: Clock) -> None:
    cached, handler = process(shared, clock), Handler()
    for lag_ms in (120, 80):
        shared.mark("payments", "org-456", epoch=7, lag_ms=lag_ms)
        assert cached(GetStatistics(), context(), handler).lag_ms == lag_ms


def test_threads_that_ask_the_same_at_once_share_one_execution(shared: FakeSharedCache, clock: Clock) -> None:
    cached, together, answers = process(shared, clock), Barrier(8), []
    released = Barrier(2)
    handler = Handler(before=lambda: _pass(released))

    def ask() -> None:
        together.wait(5)
        answers.append(cached(GetStatistics(), context(), handler))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    released.wait(5)
    for thread in threads:
        thread.join(5)
    assert handler.calls == 1
    assert [answer.body for answer in answers] == [{"calls": 1}] * 8


def test_while_another_process_executes_its_answer_is_waited_for(shared: FakeSharedCache, clock: Clock) -> None:
    one, other, handler = process(shared, clock), process(shared, clock), Handler()
    seen: list[Answer] = []

    def other_asks_meanwhile() -> None:
        handler.before = lambda: None
        seen.append(other(GetStatistics(), context(), handler))

    # Given that the second process asks while the first executes, and the first is slower than the other's patience
    handler.before = other_asks_meanwhile
    started = clock.at
    one(GetStatistics(), context(), handler)
    # Then the second has waited, and executed for itself in the end
    assert clock.at - started == pytest.approx(1.0)
    assert seen[0].cache == "miss"
    assert handler.calls == 2


def test_the_answer_of_the_other_process_is_taken_as_soon_as_it_is_there(shared: FakeSharedCache, clock: Clock) -> None:
    place = Place("payments", "org-456", 1, GetStatistics().digest)
    assert shared.claim(place.key, seconds=5)
    started, handler = clock.at, Handler()

    def the_other_finishes(seconds: float) -> None:
        clock.sleep(seconds)
        shared.put(place, pack(Answer(b'{"from": "the other"}', as_of=AT), cost_seconds=0.01), seconds=60)

    waiting = CachedAnswers(MemoryCache(clock=clock), shared, 300, 1, sleep=the_other_finishes)
    answer = waiting(GetStatistics(), context(), handler)
    assert (answer.body, answer.cache, handler.calls) == ({"from": "the other"}, "l2", 0)
    assert clock.at - started < 0.1


def place(digest: str, epoch: int = 1, organization_id: str = "org-456") -> Place:
    return Place("payments", organization_id, epoch, digest)


def test_memory_forgets_the_least_recently_used_when_it_is_full(clock: Clock) -> None:
    memory = MemoryCache(max_bytes=100, max_entries=10, clock=clock)
    memory.put(place("a"), b"x" * 40, seconds=60)
    memory.put(place("b"), b"x" * 40, seconds=60)
    assert memory.get(place("a").key) is not None
    memory.put(place("c"), b"x" * 40, seconds=60)
    assert [digest for digest in "abc" if memory.get(place(digest).key)] == ["a", "c"]


def test_memory_is_bounded_in_entries_and_takes_nothing_larger_than_itself(clock: Clock) -> None:
    memory = MemoryCache(max_bytes=100, max_entries=10, clock=clock)
    places = [place(str(number), organization_id=f"org-{number}") for number in range(50)]
    for each in places:
        memory.put(each, b"x", seconds=60)
    assert sum(memory.get(each.key) is not None for each in places) == 10
    memory.put(place("large"), b"x" * 101, seconds=60)
    assert memory.get(place("large").key) is None


def test_memory_drops_an_organization_s_older_answers_with_the_first_of_a_new_epoch(clock: Clock) -> None:
    # Given answers of two organizations, one of which is called almost as the other
    memory = MemoryCache(clock=clock)
    old, other = place("a"), place("a", organization_id="org-4567")
    memory.put(old, b"x", seconds=60)
    memory.put(other, b"x", seconds=60)

    # When the first answer of a new epoch is kept, and a late one of the old epoch comes
    memory.put(place("b", epoch=2), b"x", seconds=60)
    memory.put(old, b"x", seconds=60)

    # Then nothing of the old epoch is left, and nobody else's answers are gone
    assert memory.get(old.key) is None
    assert memory.get(place("b", epoch=2).key) is not None
    assert memory.get(other.key) is not None


def test_with_a_real_redis_miss_l1_l2_bump_and_settling(redis: Redis, connection: Cache, clock: Clock) -> None:
    org = f"org-{uuid4().hex}"
    one, other, handler = process(RedisCache(connection), clock), process(RedisCache(connection), clock), Handler()

    def asked(who: CachedAnswers) -> str:
        return who(GetStatistics(), context(org), handler).cache

    assert [asked(one), asked(one), asked(other), asked(other)] == ["miss", "l1", "l2", "l1"]
    # When the projector has changed something
    redis.set(settling_key("payments", org), 1, px=60_000)
    redis.set(lag_key("payments", org), 42)
    redis.incr(epoch_key("payments", org))
    # Then both miss once, and what is kept lives no longer than a refresh interval
    assert [asked(one), asked(other)] == ["miss", "l2"]
    apart = {settling_key("payments", org).encode(), kept_key("payments", org).encode()}
    results = [key for key in redis.scan_iter(f"{{payments:{org}}}:*") if redis.pttl(key) > 0 and key not in apart]
    assert sorted(redis.pttl(key) > 1000 for key in results) == [False, True]
    assert one(GetStatistics(), context(org), handler).lag_ms == 42


def _pass(barrier: Barrier) -> None:
    barrier.wait(5)
