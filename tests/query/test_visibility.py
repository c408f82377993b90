"""Read your writes: how long a query waits for the write that its token names."""

from dataclasses import dataclass, field

import orjson
import pytest

from common.domain.consistency import ConsistencyToken
from common.errors import NotFound
from query_app.payments.lookup.query import GetHistory, GetPayment
from query_app.payments.search.query import SearchPayments
from query_app.payments.statistics.query import GetStatistics
from query_app.query import Answer, Query, QueryContext
from query_app.visibility import ReadYourWrites
from tests.fakes.search_index import FakeSearchIndex
from tests.query.documents import payment, tombstone


@dataclass
class Clock:
    index: FakeSearchIndex
    refresh_at: float = 0.5
    at: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.pauses.append(seconds)
        if self.at >= self.refresh_at:
            self.index.refresh()


@pytest.fixture
def index() -> FakeSearchIndex:
    """Holds version 2 of a payment that searches do not show yet."""
    index = FakeSearchIndex(refresh_by_hand=True)
    index.write(payment("p-1", version=2))
    return index


def ask(query: Query, token: ConsistencyToken | None, clock: Clock) -> Answer:
    wait = ReadYourWrites(clock.index, clock=clock, sleep=clock.sleep)
    context = QueryContext("org-456", "u-1", "agent", "c-1", token=token)
    answer = wait(query, context, lambda _, given: Answer(orjson.dumps({"behind": given.behind}), as_of="now"))
    assert answer.body["behind"] == answer.stale
    return answer


@pytest.mark.parametrize("query", [SearchPayments(), GetStatistics()])
def test_a_search_waits_until_the_index_shows_the_write(index: FakeSearchIndex, query: Query) -> None:
    clock = Clock(index)
    assert not ask(query, ConsistencyToken("p-1", 2), clock).stale
    assert 0.5 <= clock.at < 0.6


def test_a_payment_is_read_in_real_time_and_waits_for_nothing(index: FakeSearchIndex) -> None:
    clock = Clock(index)
    assert not ask(GetPayment("p-1"), ConsistencyToken("p-1", 2), clock).stale
    assert clock.pauses == []


def test_after_two_seconds_the_answer_is_given_as_it_is_and_says_stale(index: FakeSearchIndex) -> None:
    clock = Clock(index)
    assert ask(GetPayment("p-1"), ConsistencyToken("p-1", 3), clock).stale
    assert clock.at == pytest.approx(2.0, abs=0.06)


def test_a_payment_that_is_not_there_yet_is_not_found_but_says_stale(index: FakeSearchIndex) -> None:
    def not_there(query: Query, context: QueryContext) -> Answer:
        raise NotFound("Payment not found: p-9")

    clock = Clock(index)
    wait = ReadYourWrites(index, clock=clock, sleep=clock.sleep)

    def asked(token: ConsistencyToken) -> NotFound:
        with pytest.raises(NotFound) as told:
            wait(GetPayment("p-9"), QueryContext("org-456", "u-1", "agent", "c-1", token=token), not_there)
        return told.value

    behind = asked(ConsistencyToken("p-9", 1))
    assert (behind.extensions, behind.headers) == ({"stale": True}, {"Retry-After": "1"})
    assert behind.detail.startswith("Payment not found: p-9")
    # And who is not behind is told plainly
    assert asked(ConsistencyToken("p-1", 2)).extensions == {}


def test_an_erasure_counts_as_a_write_too(index: FakeSearchIndex) -> None:
    clock = Clock(index)
    index.write(tombstone("p-1", version=3))
    assert not ask(SearchPayments(), ConsistencyToken("p-1", 3), clock).stale


@pytest.mark.parametrize(
    ("query", "token"), [(SearchPayments(), None), (GetHistory("p-1"), ConsistencyToken("p-1", 9))]
)
def test_nobody_waits_without_a_token_or_for_what_is_read_where_it_is_written(
    index: FakeSearchIndex, query: Query, token: ConsistencyToken | None
) -> None:
    clock = Clock(index)
    assert not ask(query, token, clock).stale
    assert clock.pauses == []
