"""No address gives one organization anything of another: not by its ids, cursors, tokens, cache or words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis import Redis

from local.engines import Engines
from local.inprocess.gateway import HttpAnswer
from local.inprocess.identity import Identity
from local.inprocess.system import System
from local.template import Route, Template, load

MINE, THEIRS = "org-456", "org-789"
SECRET = "zanzibar"
"""Stands in everything that the other organization keeps."""

# What an address wants beside an id in it. One without an entry here gets an empty object, and has to refuse that.
BODIES: dict[str, object] = {
    "POST /v1/payments/{paymentId}/process": {"amount": "100.00", "currency": "EUR"},
    "POST /v1/payments/{paymentId}/fail": {"error": "declined"},
    "POST /v1/payments/{paymentId}/refund": {"amount": "1.00"},
    "PUT /v1/dashboards/{dashboardId}": {"name": "mine now", "panels": [{"title": "x", "name": "x"}]},
    "PUT /v1/searches/{searchId}": {"name": "mine now", "query": {"q": "mug"}},
}
ROUTES = [route for route in Template(load(), {}).routes() if route.authorizer]
QUESTIONS = [route for route in ROUTES if route.method == "GET" and "{" not in route.path]
# An erasure of somebody who is not there is done at once; other things that are not there cannot be touched.
NOT_THERE = {route.key: {200} if "{userId}" in route.path else {404} for route in ROUTES if "{" in route.path}


@dataclass
class Other:
    """Another organization's things, by the names that addresses call them; all of them hold SECRET."""

    system: System
    ids: dict[str, str] = field(default_factory=dict)
    cursor: str = ""
    token: str = ""

    def call(self, method: str, path: str, organization: str = MINE, **options: Any) -> HttpAnswer:
        token = self.system.token(organization, role="admin", user="user-1")
        return self.system.request(method, path, token=token, **options)


@pytest.fixture(scope="module")
def other(engines: Engines, identity: Identity) -> Iterator[Other]:
    """Given an organization with payments, searches, an export and logs, all of them looked at and so cached."""
    with System(engines, identity) as system:
        theirs = Other(system)
        for number in range(3):
            body = {
                "paymentId": f"payment-{number}",
                "userId": f"{SECRET}-user",
                "amount": "100.00",
                "currency": "EUR",
                "description": f"{SECRET} mug",
                "metadata": {"tags": [SECRET]},
            }
            trail = {"X-Correlation-Id": "their-trail"}
            requested = theirs.call("POST", "/v1/payments", THEIRS, body=body, headers=trail)
        system.project()
        search = {"name": f"{SECRET} mugs", "query": {"q": SECRET}, "shared": True}
        saved = theirs.call("POST", "/v1/searches", THEIRS, body=search).json
        panels = [{"title": SECRET, "name": "orders"}]
        dashboard = theirs.call("POST", "/v1/dashboards", THEIRS, body={"name": SECRET, "panels": panels}).json
        export = theirs.call("POST", "/v1/exports", THEIRS, body={"format": "csv"}).json
        system.export()
        page = theirs.call("GET", "/v1/payments", THEIRS, query={"q": "mug", "limit": 1}).json
        theirs.cursor, theirs.token = page["nextCursor"], requested.headers["consistency-token"]
        theirs.ids = {
            "paymentId": "payment-0",
            "userId": f"{SECRET}-user",
            "searchId": saved["searchId"],
            "dashboardId": dashboard["dashboardId"],
            "exportId": export["exportId"],
            "correlationId": "their-trail",
        }
        yield theirs


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_an_address_with_their_ids_gives_nothing_of_theirs(route: Route, other: Other) -> None:
    # When every address is called with the ids of another organization
    path = route.path.format(**other.ids)
    answer = other.call(route.method, path, body=BODIES.get(route.key, {}) if route.method != "GET" else None)

    # Then it is as if these were not there
    assert answer.status in (
        {404} if "Id}" in route.path and "{userId}" not in route.path else {200, 202, 400, 404, 415, 422}
    )
    assert SECRET not in answer.body.decode()


@pytest.mark.parametrize("route", QUESTIONS, ids=lambda route: route.key)
def test_a_question_that_they_asked_is_answered_anew(route: Route, other: Other) -> None:
    # Given an answer of theirs in the caches
    for query in ({"q": SECRET}, {}):
        theirs = other.call("GET", route.path, THEIRS, query=query)
        mine = other.call("GET", route.path, query=query)
        # Then the same question of mine finds only what is mine
        assert SECRET not in mine.body.decode()
        assert mine.status == theirs.status


def test_their_cursor_is_refused(other: Other) -> None:
    answer = other.call("GET", "/v1/payments", query={"q": "mug", "limit": 1, "cursor": other.cursor})
    assert answer.status == 400
    assert answer.json["errors"][0]["field"] == "cursor"


def test_their_consistency_token_waits_for_nothing_of_mine(other: Other) -> None:
    answer = other.call("GET", "/v1/payments", headers={"consistency-token": other.token})
    assert (answer.status, answer.json["total"]) == (200, 0)


def test_their_words_are_not_suggested(other: Other) -> None:
    assert other.call("GET", "/v1/payments/suggestions", THEIRS, query={"q": SECRET[:4]}).json["suggestions"]
    assert other.call("GET", "/v1/payments/suggestions", query={"q": SECRET[:4]}).json["suggestions"] == []


def test_what_is_cached_bears_the_organization_s_name(other: Other, engines: Engines) -> None:
    other.call("GET", "/v1/payments", THEIRS)
    with Redis.from_url(engines.cache_url) as cache:
        holding = [key.decode() for key in cache.scan_iter() if cache.type(key) == b"string" and b"payments" in key]
    assert [key for key in holding if THEIRS in key]


def test_nothing_of_theirs_was_changed(other: Other) -> None:
    # Given all the attempts before
    for path, number in (("/v1/payments", 3), ("/v1/payments/payment-0/history", 1)):
        answer = other.call("GET", path, THEIRS)
        # Then their payments are as they were
        assert len(answer.json.get("payments", answer.json.get("events"))) == number
    assert other.call("GET", f"/v1/searches/{other.ids['searchId']}", THEIRS).json["name"] == f"{SECRET} mugs"
