"""What is typed into a search finds what was written, and nothing that was erased."""

from typing import Any

import pytest

from local.inprocess.system import System


@pytest.fixture
def shop(system: System) -> System:
    """Given a mug to Lyon and a lamp to Köln that was refunded in part, each with its metadata."""
    for payment_id, user, amount, description, metadata in (
        ("mug-1", "jane", "9.90", "Blue mug", {"tags": ["gift"], "region": "fr", "ship": {"city": "Lyon", "days": 2}}),
        ("lamp-1", "joe", "120.00", "White lamp", {"tags": ["gift", "home"], "region": "de"}),
    ):
        body = {"paymentId": payment_id, "userId": user, "amount": amount, "currency": "EUR"}
        command(system, "/v1/payments", {**body, "description": description, "metadata": metadata})
        command(system, f"/v1/payments/{payment_id}/process", {"amount": amount, "currency": "EUR"})
    command(system, "/v1/payments/lamp-1/refund", {"amount": "20.00"})
    system.project()
    return system


def command(system: System, path: str, body: object) -> None:
    answer = system.request("POST", path, body=body, token=system.token("org-456", role="admin"))
    assert answer.status in (200, 201), answer.json


def found(system: System, text: str, path: str = "/v1/payments") -> Any:
    answer = system.request("GET", path, query={"q": text}, token=system.token("org-456"))
    assert answer.status == 200, answer.json
    return answer.json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mug", {"mug-1"}),
        ("metadata.region:fr", {"mug-1"}),
        ("metadata.ship.city:Lyon metadata.ship.days:2", {"mug-1"}),
        ('tag:"gift" -metadata.region:fr', {"lamp-1"}),
        ("processed>=now-1h updated>now-1h amount<100", {"mug-1"}),
        ("refunded>=now-1h refund:20", {"lamp-1"}),
        ("status:partially_refunded OR user:jane", {"mug-1", "lamp-1"}),
        ("processed<now-1h", set()),
    ],
)
def test_a_payment_is_found_by_what_is_known_of_it(shop: System, text: str, expected: set[str]) -> None:
    payments = found(shop, text)["payments"]
    assert {each["paymentId"] for each in payments} == expected
    assert all("$" not in key for each in payments for key in each["metadata"])


def test_statistics_are_of_what_the_text_finds(shop: System) -> None:
    counted = found(shop, "lamp amount>=100 OR id:none", "/v1/payments/statistics")
    assert counted["currency"] == [{"currency": "EUR", "count": 1, "sum": "120.00"}]


def test_what_is_erased_is_found_by_nothing_personal(shop: System) -> None:
    # When all of Jane is erased
    command(shop, "/v1/users/jane/erase", {})
    shop.project()

    # Then no condition on what was hers finds her payment, and its money is still there
    for text in ("metadata.region:fr", "metadata.ship.city:Lyon", "mug -id:lamp-1", "user:jane"):
        assert found(shop, text)["total"] == 0
    assert found(shop, "id:mug-1 amount:9.90")["total"] == 1


def test_what_is_not_understood_is_told_with_its_column(shop: System) -> None:
    for path in ("/v1/payments", "/v1/payments/statistics"):
        answer = shop.request("GET", path, query={"q": "mug status:failled"}, token=shop.token("org-456"))
        assert (answer.status, answer.json["column"]) == (422, 12)
        (error,) = answer.json["errors"]
        assert error["field"] == "q"
        assert error["message"].endswith("did you mean failed?")
