"""As of any instant, the search shows what the events up to then say, whatever the order they were projected in."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch as Administrator

from command_app.payments import payment as aggregate
from command_app.payments.commands import FailPayment, ProcessPayment, RefundPayment, RequestPayment
from command_app.payments.payment import Trail
from command_app.payments.ports import Erasure
from common.bus import Caller
from common.domain.events import Event
from common.domain.instants import iso
from common.engines.document_writer import OpenSearchIndex as Writer
from common.engines.index_admin import ensure_index, index_problems
from common.engines.search import OpenSearch, connect
from common.payments.index import ALIAS_READ, ALIAS_WRITE, ALL_INDICES
from common.payments.state import PaymentState
from common.settings import Settings
from projector_app.payments.reading import read
from projector_app.ports import Message
from projector_app.projector import Projector
from query_app.cursors import Position
from query_app.language.tree import Words
from query_app.payments.filters import Filters
from query_app.payments.index import OpenSearchIndex
from query_app.payments.lookup.query import GetPaymentAsOf
from query_app.payments.lookup.use_case import get_payment_as_of
from query_app.payments.search.query import SearchPayments, Sort
from query_app.payments.statistics.query import GetStatistics
from query_app.payments.suggestions.query import GetSuggestions
from query_app.query import QueryContext
from tests.builders import NOON
from tests.fakes.event_history import FakeEventHistory
from tests.fakes.payment_table import FakePaymentTable
from tests.fakes.read_model import FakeDeadLetters, FakeEpochs, FakeIntake

WANTED: dict[str, Any] = {
    "user_id": "jane",
    "amount": "100.00",
    "currency": "EUR",
    "description": "Velvet hat",
    "metadata": {"tags": ["jane"]},
}
TRAIL = Trail("correlation-1", "correlation-1")
PERSONAL = ("userId", "metadata", "error", "refundReason")


@pytest.fixture(scope="module")
def client(opensearch_url: str, admin: Administrator) -> Iterator[OpenSearch]:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", ALL_INDICES, params={"ignore_unavailable": "true"})
    ensure_index(admin, refresh_interval_ms=3_600_000, replicas=0)
    yield client
    client.request("DELETE", ALL_INDICES, params={"ignore_unavailable": "true"})
    client.close()


@dataclass
class Shop:
    """Commands of one organization by a clock of its own, the events that they sent, and what a reader remembers."""

    client: OpenSearch
    organization: str = field(default_factory=lambda: f"org-{uuid4().hex}")
    at: datetime = NOON
    table: FakePaymentTable = field(default_factory=FakePaymentTable)
    sent: list[str] = field(default_factory=list)
    remembered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """All states of each payment, oldest first; what is erased is forgotten."""

    def allowed(self, payment_id: str) -> list[str]:
        """What can be done with a payment; deleting one is rare."""
        state = self.table.load(self.organization, payment_id)
        if state is None or state.deleted:
            return ["request"]
        return [*aggregate.MOVES[state.status] * 2, "erase", *(["delete"] if state.version > 3 else [])]

    def do(self, move: str, payment_id: str, later: timedelta = timedelta(seconds=1)) -> None:
        """A payment that was deleted takes no more."""
        self.at += later
        state = self.table.load(self.organization, payment_id)
        if state and state.deleted:
            return
        event = self.event(move, payment_id, state)
        erasing = move in {"erase", "delete"}
        outgoing = self.table.erase(event, Erasure("admin", move)) if erasing else self.table.append(event, None, b"")
        self.sent.append(outgoing.body)
        states = self.remembered.setdefault(payment_id, [])
        if erasing:
            states[:] = [{n: v for n, v in each.items() if n not in PERSONAL} for each in states]
            for each in states:
                each |= {"metadata": {}, "description": "[erased]"}
        states.append(event.state)
        if move == "delete":
            states.clear()

    def event(self, move: str, payment_id: str, state: PaymentState | None) -> Event:
        if state is None:
            caller = Caller(self.organization, "user-1", "agent", "correlation-1")
            return aggregate.request(RequestPayment(payment_id=payment_id, **WANTED), caller, TRAIL)
        process = ProcessPayment(payment_id=payment_id, amount="100.00", currency="EUR")
        fail = FailPayment(payment_id=payment_id, error="jane's bank")
        refund = RefundPayment(payment_id=payment_id, amount="25.00", reason="jane was sad")
        moves: dict[str, Callable[[], Event]] = {
            "process": lambda: aggregate.process(state, process, TRAIL),
            "fail": lambda: aggregate.fail(state, fail, TRAIL),
            "refund": lambda: aggregate.refund(state, refund, TRAIL),
            "erase": lambda: aggregate.erase(state, TRAIL),
            "delete": lambda: aggregate.delete(state, TRAIL),
        }
        return moves[move]()

    def project(self, *bodies: str) -> None:
        projector = Projector(read, Writer(self.client, ALIAS_WRITE), FakeDeadLetters(), FakeEpochs(), FakeIntake())
        assert not projector.project([Message(f"message-{n}", body) for n, body in enumerate(bodies)])

    def refresh(self) -> None:
        self.client.request("POST", ALL_INDICES, "_refresh")

    def instants(self) -> list[str]:
        """Each at which something was recorded, and the milliseconds beside it."""
        recorded = {datetime.fromisoformat(each["updatedAt"]) for states in self.remembered.values() for each in states}
        around = {at + timedelta(milliseconds=ms) for at in {*recorded, NOON, self.at} for ms in (-1, 0, 1)}
        return sorted(map(iso, around))

    def expected(self, as_of: str) -> dict[str, dict[str, Any]]:
        found = {}
        for payment_id, states in self.remembered.items():
            then = [each for each in states if each["updatedAt"] <= as_of]
            if then:
                found[payment_id] = then[-1]
        return found

    def searched(self, as_of: str, **filters: Any) -> dict[str, dict[str, Any]]:
        index = OpenSearchIndex(self.client)
        query = SearchPayments(filters=Filters(**filters), as_of=as_of, limit=200)
        found = index.search(self.organization, query)
        assert found.total == len(found.hits) == len({hit.document["paymentId"] for hit in found.hits})
        return {hit.document["paymentId"]: without_index_s_own(hit.document) for hit in found.hits}

    def looked_up(self, payment_ids: set[str], as_of: str) -> dict[str, dict[str, Any]]:
        history = FakeEventHistory()
        for event in self.table.stored():
            history.append(event)
        answer = get_payment_as_of(history)
        context = QueryContext(self.organization, "user-1", "agent", "correlation-1")
        return {each: answer(GetPaymentAsOf(each, as_of), context).body for each in payment_ids}


def without_index_s_own(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "indexedAt"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What `now` says, told by its last item."""
    told = [NOON]
    monkeypatch.setattr(aggregate, "now", lambda: told[-1])
    return told


IDS = st.sampled_from(["p1", "p2"])
PICKS = st.integers(min_value=0, max_value=11)
STEPS = st.sampled_from([timedelta(0), timedelta(milliseconds=1), timedelta(seconds=1), -timedelta(milliseconds=5)])


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    moves=st.lists(st.tuples(PICKS, IDS, STEPS), min_size=1, max_size=20),
    shuffler=st.randoms(use_true_random=False),
    data=st.data(),
)
def test_as_of_any_instant_the_search_is_a_fold_of_the_events(
    client: OpenSearch,
    clock: list[datetime],
    moves: list[tuple[int, str, timedelta]],
    shuffler: random.Random,
    data: st.DataObject,
) -> None:
    # Given any history, by clocks that stand still and run backward, with erasures and deletions
    shop = Shop(client)
    for pick, payment_id, step in moves:
        allowed = shop.allowed(payment_id)
        clock.append(shop.at + step)
        shop.do(allowed[pick % len(allowed)], payment_id, step)

    # When its events are projected in any order, some of them twice, in batches of any size
    bodies = [*shop.sent, *data.draw(st.lists(st.sampled_from(shop.sent or [""]), max_size=10))] if shop.sent else []
    shuffler.shuffle(bodies)
    while bodies:
        size = data.draw(st.integers(1, len(bodies)))
        shop.project(*bodies[:size])
        bodies = bodies[size:]
    shop.refresh()

    # Then each instant has exactly the payments of then, as they were, by search, by filter and by id
    for as_of in shop.instants():
        expected = shop.expected(as_of)
        assert shop.searched(as_of) == expected
        completed = {name: each for name, each in expected.items() if each["status"] == "completed"}
        assert shop.searched(as_of, statuses=("completed",)) == completed
        assert shop.looked_up(set(expected), as_of) == expected
    # And what is shown as it is now is there once
    shown = client.request("POST", ALIAS_READ, "_count", body=of(shop))
    assert shown["count"] == len(shop.expected("9")) + deleted_in(shop)


def of(shop: Shop) -> dict[str, Any]:
    return {"query": {"term": {"organizationId": shop.organization}}}


def deleted_in(shop: Shop) -> int:
    return sum(not states for states in shop.remembered.values())


def test_nothing_of_a_superseded_state_is_seen_as_of_now(client: OpenSearch) -> None:
    # Given a payment that was erased, and its events in the order of their age
    shop = Shop(client)
    for move in ("request", "process", "erase"):
        shop.do(move, "p1")
    shop.project(*shop.sent)
    shop.refresh()
    # Then neither search, statistics nor suggestions know what it was, and its money counts once
    index = OpenSearchIndex(client)
    assert index.search(shop.organization, SearchPayments(Filters(condition=Words("velvet")))).hits == []
    assert [each["count"] for each in index.statistics(shop.organization, [GetStatistics()])[0]["currency"]] == [1]
    assert index.suggestions(shop.organization, GetSuggestions("vel")) == []


def test_pages_of_the_past_hold_while_the_present_moves(client: OpenSearch) -> None:
    # Given five completed payments, and the first page of two of them
    shop = Shop(client)
    for number in range(5):
        shop.do("request", f"p{number}")
        shop.do("process", f"p{number}")
    shop.project(*shop.sent)
    shop.refresh()
    as_of = iso(datetime.fromisoformat(shop.remembered["p4"][-1]["updatedAt"]))
    query = SearchPayments(filters=Filters(statuses=("completed",)), sort=Sort.AMOUNT, limit=2, as_of=as_of)
    index = OpenSearchIndex(client)
    first = index.search(shop.organization, query)
    # When all are refunded before the next page
    sent = len(shop.sent)
    for number in range(5):
        shop.do("refund", f"p{number}")
    shop.project(*shop.sent[sent:])
    shop.refresh()
    # Then the next pages go on where the first one ended
    second = index.search(shop.organization, replace(query, position=Position(first.hits[1].sort_values)))
    assert [hit.document["paymentId"] for hit in (*first.hits[:2], *second.hits)] == [f"p{n}" for n in range(5)]
    assert (first.total, second.total) == (5, 5)


def test_the_index_is_as_the_code_expects(client: OpenSearch, admin: Administrator) -> None:
    assert index_problems(admin) == []
