"""Pages of a search, walked over HTTP while the payments are changed: nothing is missed, nothing comes twice."""

from typing import Any

import orjson
import pytest

from local.inprocess.system import System

ORG, OTHER = "org-456", "org-789"
WORDS = ["WHITE LANTERN", "LANTERN", "RED LANTERN IN A BOX"]


def imported(system: System, organization: str, *names: str) -> None:
    """Given completed payments with these ids."""
    lines = [
        {
            "paymentId": name,
            "userId": "customer-1",
            "amount": f"{number % 4 + 1}.00",
            "currency": "GBP",
            "description": WORDS[number % 3],
            "metadata": {"tags": ["gift"]},
            "processedAt": f"2011-01-{number % 9 + 1:02d}T12:00:00Z",
        }
        for number, name in enumerate(names)
    ]
    answer = system.request(
        "POST",
        "/v1/payments/import",
        body=b"\n".join(map(orjson.dumps, lines)),
        headers={"Content-Type": "application/x-ndjson"},
        token=system.token(organization),
    )
    assert answer.json["accepted"] == len(names)
    system.project()


def page(system: System, cursor: str | None, **query: str | int) -> dict[str, Any]:
    asked = {**query, **({"cursor": cursor} if cursor else {})}
    answer = system.request("GET", "/v1/payments", query=asked, token=system.token(ORG))
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize("sort", ["-processedAt", "amount", "-score"])
def test_the_pages_of_a_search_hold_still_while_payments_are_written_refunded_and_deleted(
    system: System, sort: str
) -> None:
    # Given 24 payments, of which 6 will be deleted
    steady, passing = [f"steady-{n:02d}" for n in range(18)], [f"passing-{n}" for n in range(6)]
    imported(system, ORG, *steady, *passing)
    admin, query = system.token(ORG, "admin"), {"q": "white lantern", "sort": sort, "fields": "paymentId"}

    # When somebody walks through the pages, while between two of them one is refunded, one deleted and some are written
    seen: list[str] = []
    cursor, back, turn = None, None, 0
    while cursor or not turn:
        found = page(system, cursor, limit=4, **query)
        seen += [each["paymentId"] for each in found["payments"]]
        cursor, back = found["nextCursor"], found["prevCursor"]
        refund = {"amount": "0.50"}
        refunded = system.request("POST", f"/v1/payments/{steady[turn]}/refund", body=refund, token=admin)
        assert refunded.status == 200
        if passing[turn:]:
            assert system.request("DELETE", f"/v1/payments/{passing[turn]}", token=admin).status == 200
        imported(system, OTHER, *(f"other-{turn}-{n}" for n in range(3)))
        imported(system, ORG, f"new-{turn}")
        turn += 1

    # Then each payment that was there all the time was seen once, and no other twice
    assert len(set(seen)) == len(seen)
    assert set(steady) <= set(seen) <= {*steady, *passing, *(f"new-{n}" for n in range(turn))}

    # And the way back shows those as well, each once
    behind: list[str] = []
    while back:
        found = page(system, back, limit=5, **query)
        behind = [each["paymentId"] for each in found["payments"]] + behind
        back = found["prevCursor"]
    last_page = [each for each in seen if each not in behind]
    assert len(set(behind)) == len(behind)
    assert set(steady) <= {*behind, *last_page}


def test_a_cursor_opens_nothing_of_another_organization(system: System) -> None:
    imported(system, ORG, "p-1", "p-2")
    imported(system, OTHER, "o-1", "o-2")
    cursor = page(system, None, limit=1)["nextCursor"]
    mine = {"limit": 1, "cursor": cursor}
    for query, token in (
        (mine, system.token(OTHER)),
        ({**mine, "status": "failed"}, system.token(ORG)),
        ({**mine, "cursor": f"{cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}"}, system.token(ORG)),
    ):
        answer = system.request("GET", "/v1/payments", query=query, token=token)
        assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, ["cursor"])


def test_one_request_shows_a_page_its_facets_and_where_it_matches(system: System) -> None:
    imported(system, ORG, *(f"p-{number}" for number in range(6)))
    imported(system, OTHER, *(f"o-{number}" for number in range(6)))
    found = page(
        system, None, q="wite lantern", highlight="true", facets="status,amount,tags,month", status="completed", limit=1
    )
    assert found["payments"][0]["highlights"]["description"] == ["<em>WHITE</em> <em>LANTERN</em>"]
    assert found["facets"]["status"] == [{"value": "completed", "count": 6}]
    assert found["facets"]["tags"] == [{"value": "gift", "count": 6}]
    assert found["facets"]["month"] == [{"value": "2011-01", "count": 6}]
    assert found["facets"]["amount"][0] == {"from": None, "to": "10", "count": 6}
    assert found["didYouMean"] == "white lantern"
    typed = {"q": "wite lan"}
    suggested = system.request("GET", "/v1/payments/suggestions", query=typed, token=system.token(ORG)).json
    assert suggested["suggestions"] == [{"text": "WHITE LANTERN", "score": 2.0}]
