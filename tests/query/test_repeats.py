"""A request that was asked before, word for word, is answered like the first time."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from common.bus import Caller
from common.domain.consistency import HEADER, ConsistencyToken
from common.edge.observability import logger
from common.errors import EngineUnavailable
from query_app import http as query_http
from query_app import wiring
from query_app.payments.lookup.query import GetHistory, GetPayment
from query_app.payments.search.query import SearchPayments
from query_app.query import Query
from query_app.repeats import Repeats
from tests.query.conftest import World
from tests.query.documents import asking, payment
from tests.query.http import event, get

SEARCH = ("/v1/payments", "q=mug&currency=EUR")


def test_the_repeated_request_is_answered_as_the_first_one_was(world: World) -> None:
    # Given a search that was asked once
    world.index.write(payment("p-1", description="Blue mug"))
    first = get(*SEARCH)
    assert first.body["total"] == 1

    # When it is asked again, and again after a change
    again = get(*SEARCH)
    world.index.write(payment("p-2", description="Red mug"))
    world.shared.bump("payments", "org-456")
    changed = get(*SEARCH)

    # Then nothing differs but where the answer came from, and the change shows
    assert (again.status, again.headers, again.body["cache"]) == (first.status, first.headers, "l1")
    assert {**again.body, "cache": "miss"} == first.body
    assert (changed.body["cache"], changed.body["total"]) == ("miss", 2)


def test_each_answer_leaves_one_line_that_says_from_which_level_it_came(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", said)
    levels = [get(*SEARCH).body["cache"] for _ in range(2)]
    assert levels == ["miss", "l1"]
    lines = [orjson.loads(line) for line in said.getvalue().splitlines()]
    told = [(line["message"], line["message_name"], line["organization_id"], line["cache"]) for line in lines]
    assert told == [("handled", "SearchPayments", "org-456", level) for level in levels]


def test_what_now_was_is_not_carried_into_the_next_minute(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a search of a minute that is almost over
    at = datetime(2011, 3, 5, 12, 30, 59, tzinfo=UTC)
    monkeypatch.setattr("query_app.repeats.now", lambda: at)
    assert get(*SEARCH).status == 200

    # When it is asked again, and the minute ends while it is answered
    caller = query_http.caller

    def late(request: APIGatewayProxyEventV2) -> Caller:
        nonlocal at
        at += timedelta(seconds=1)
        return caller(request)

    monkeypatch.setattr(query_http, "caller", late)
    assert get(*SEARCH).body["cache"] == "l1"

    # Then the next minute reads it anew
    assert wiring.repeats().query_of(event(*SEARCH)) is None


@pytest.mark.parametrize(
    ("error", "status"), [(EngineUnavailable("OpenSearch is down."), 503), (ZeroDivisionError(), 500)]
)
def test_what_goes_wrong_with_the_repeated_request_is_a_problem_as_well(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    # Given a search that was in order once
    assert get(*SEARCH).status == 200

    # When it cannot be answered any more
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(world.index, "search", failing)
    world.shared.down = True
    problem = get(*SEARCH)

    # Then the answer says so
    assert (problem.status, problem.headers["Content-Type"]) == (status, "application/problem+json")
    assert problem.body["correlationId"]


@pytest.mark.parametrize(
    "other",
    [
        event(*SEARCH, org="org-2"),
        event("/v1/payments", "q=mug&currency=USD"),
        event("/v1/payments/p-1", SEARCH[1]),
        event(*SEARCH, headers={HEADER.lower(): ConsistencyToken("p-1", 1).encode()}),
        event(*SEARCH, org=None),
    ],
    ids=["organization", "parameters", "address", "token", "nobody"],
)
def test_another_request_is_not_taken_for_it(other: dict[str, Any]) -> None:
    repeats = Repeats()
    repeats.remember(event(*SEARCH), SearchPayments(asking("mug")))
    assert repeats.query_of(event(*SEARCH)) == SearchPayments(asking("mug"))
    assert repeats.query_of(other) is None


def test_a_question_about_now_is_read_anew_each_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    repeats, minute = Repeats(), datetime(2011, 3, 5, 12, 30, tzinfo=UTC)
    monkeypatch.setattr("query_app.repeats.now", lambda: minute)
    repeats.remember(event(*SEARCH), SearchPayments(asking("processed>=now-7d")))
    minute += timedelta(seconds=59)
    assert repeats.query_of(event(*SEARCH)) is not None
    minute += timedelta(seconds=1)
    assert repeats.query_of(event(*SEARCH)) is None


@pytest.mark.parametrize("query", [GetPayment("p-1"), GetHistory("p-1")])
def test_what_has_headers_of_its_own_or_is_never_cached_is_not_remembered(query: Query) -> None:
    repeats = Repeats()
    repeats.remember(event(*SEARCH), query)
    assert repeats.query_of(event(*SEARCH)) is None


def test_only_the_latest_are_remembered() -> None:
    repeats = Repeats(remembered=2)
    for number in range(3):
        repeats.remember(event("/v1/payments", f"q={number}"), SearchPayments(asking(str(number))))
    assert [repeats.query_of(event("/v1/payments", f"q={n}")) is None for n in range(3)] == [True, False, False]
