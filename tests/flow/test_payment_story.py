"""Start here: a command goes in by HTTP, and a search hit comes out."""

from typing import Any

from local.inprocess.system import System


def requested(system: System, token: str, payment_id: str, **fields: Any) -> None:
    """Given a payment that was requested."""
    body = {"paymentId": payment_id, "amount": "100.00", "currency": "EUR", "description": "Blue mug", **fields}
    assert system.request("POST", "/v1/payments", body=body, token=token).status == 201


def processed(system: System, token: str, payment_id: str, amount: str = "100.00") -> None:
    """And was processed."""
    body = {"amount": amount, "currency": "EUR"}
    assert system.request("POST", f"/v1/payments/{payment_id}/process", body=body, token=token).status == 200


def test_a_processed_payment_can_be_read(system: System) -> None:
    # Given payment-123 of 100.00 EUR, requested and processed for org-456
    token = system.token("org-456")
    requested(system, token, "payment-123", description="WHITE HANGING HEART T-LIGHT HOLDER")
    processed(system, token, "payment-123")

    # When its events have been projected
    assert system.project() == 2

    # Then the query side shows it
    answer = system.request("GET", "/v1/payments/payment-123", token=token)
    assert answer.status == 200
    assert answer.headers["etag"] == '"2"'
    document = answer.json
    assert {
        key: document[key] for key in ("paymentId", "organizationId", "amount", "currency", "status", "version")
    } == {
        "paymentId": "payment-123",
        "organizationId": "org-456",
        "amount": "100.00",
        "currency": "EUR",
        "status": "completed",
        "version": 2,
    }
    assert document["processedAt"].endswith("Z")


def test_a_search_finds_the_payments_of_its_own_organization(system: System) -> None:
    # Given three payments, two of them in org-456
    mine, theirs = system.token("org-456"), system.token("org-789")
    for token, payment_id in ((mine, "payment-1"), (mine, "payment-2"), (theirs, "payment-3")):
        requested(system, token, payment_id)
        processed(system, token, payment_id)
    system.project()

    # When org-456 searches
    found = system.request("GET", "/v1/payments", query={"q": "mug"}, token=mine).json

    # Then it finds its two
    assert found["total"] == 2
    assert {payment["paymentId"] for payment in found["payments"]} == {"payment-1", "payment-2"}


def test_another_organization_sees_nothing(system: System) -> None:
    # Given a payment of org-456
    requested(system, system.token("org-456"), "payment-123")
    system.project()

    # When another organization asks for it in every way there is
    other = system.token("org-789")
    reads = {
        path: system.request("GET", path, token=other)
        for path in (
            "/v1/payments/payment-123",
            "/v1/payments/payment-123/history",
            "/v1/payments",
            "/v1/payments/statistics",
        )
    }
    suggestions = system.request("GET", "/v1/payments/suggestions", query={"q": "blu"}, token=other)
    refund = system.request("POST", "/v1/payments/payment-123/refund", body={"amount": "1.00"}, token=other)

    # Then it is not there
    assert reads["/v1/payments/payment-123"].status == 404
    assert reads["/v1/payments/payment-123/history"].status == 404
    assert reads["/v1/payments"].json["total"] == 0
    assert reads["/v1/payments/statistics"].json["currency"] == []
    assert suggestions.json["suggestions"] == []
    assert refund.status == 404
    assert refund.json["detail"] == "Payment not found: payment-123"


def test_a_refund_shows_in_the_statistics_and_the_history(system: System) -> None:
    # Given a processed payment of 100.00 EUR
    token = system.token("org-456")
    requested(system, token, "payment-123")
    processed(system, token, "payment-123")

    # When 40.00 and then the rest are given back
    statuses = []
    for amount in ("40.00", "60.00"):
        answer = system.request("POST", "/v1/payments/payment-123/refund", body={"amount": amount}, token=token)
        statuses.append(answer.json["status"])
    system.project()

    # Then the payment went through both states, and its history tells all of it
    assert statuses == ["partially_refunded", "refunded"]
    history = system.request("GET", "/v1/payments/payment-123/history", token=token).json
    assert [(event["type"], event["version"]) for event in history["events"]] == [
        ("PaymentRequested", 1),
        ("PaymentProcessed", 2),
        ("PaymentRefunded", 3),
        ("PaymentRefunded", 4),
    ]
    statistics = system.request("GET", "/v1/payments/statistics", token=token).json
    assert statistics["status"] == [
        {"status": "refunded", "currency": "EUR", "count": 1, "sum": "100.00", "average": "100.00"}
    ]


def test_everything_that_a_payment_may_carry_can_be_found_again(system: System) -> None:
    # Given a payment with the oddest texts and the deepest metadata that are taken
    token = system.token("org-456")
    metadata = {"tags": ["\uffff", "Ünïcödé \U0001f381"], "a": {"b": {"c": {"d": [1, None, 2.5, "\ufffe"]}}}, "0-_": {}}
    requested(system, token, "payment-123", description="\uffff 日本 \U0001f600 <b>&quot;", metadata=metadata)

    # When it is projected
    assert system.project() == 1

    # Then it comes back as it went in
    payment = system.request("GET", "/v1/payments/payment-123", token=token).json
    assert payment["metadata"] == metadata
    assert payment["description"] == "\uffff 日本 \U0001f600 <b>&quot;"
    assert system.request("GET", "/v1/payments", query={"q": "日本"}, token=token).json["total"] == 1


def test_a_write_can_be_read_with_its_token_or_the_answer_says_that_it_is_stale(system: System) -> None:
    # Given a payment that was requested and is not projected yet
    token = system.token("org-456")
    body = {"paymentId": "payment-123", "amount": "5", "currency": "JPY", "description": "Tea"}
    command = system.request("POST", "/v1/payments", body=body, token=token)
    consistency = {"Consistency-Token": command.headers["consistency-token"]}

    # When a search is given what the command answered, it waits a little, and then says what it lacks
    before = system.request("GET", "/v1/payments", token=token, headers=consistency).json
    assert (before["total"], before["stale"]) == (0, True)

    # And once the payment is projected, it passes over what it had cached
    system.project()
    after = system.request("GET", "/v1/payments", token=token, headers=consistency).json
    assert (after["total"], after["stale"]) == (1, False)
