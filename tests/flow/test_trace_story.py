"""One answer of what happened under a correlation id: commands, log lines and metrics."""

from datetime import timedelta

import orjson

from common.domain.instants import iso, now
from local.inprocess.system import System

ORG = "org-456"


def post(system: System, path: str, body: object, organization: str = ORG) -> None:
    headers = {"X-Correlation-Id": "checkout-17"}
    answer = system.request("POST", path, body=body, headers=headers, token=system.token(organization))
    assert answer.status in (200, 201, 202), answer.json


def test_what_bears_a_correlation_id_is_told_in_one_answer(system: System) -> None:
    # Given a payment that was requested and processed in one checkout, and another one of nobody's checkout
    request = {"paymentId": "p-1", "amount": "10.00", "currency": "EUR", "description": "Blue mug"}
    post(system, "/v1/payments", request)
    post(system, "/v1/payments/p-1/process", {"amount": "10.00", "currency": "EUR"})
    system.request("POST", "/v1/payments", body={**request, "paymentId": "p-2"}, token=system.token(ORG))

    # And what the checkout and others wrote and counted in the meantime
    entry = {"timestamp": iso(now()), "level": "info", "service": "shop", "message": "paid"}
    post(system, "/v1/logs", [{**entry, "correlationId": "checkout-17"}, {**entry, "correlationId": "checkout-18"}])
    point = {"name": "orders", "type": "counter", "timestamp": iso(now()), "value": 3}
    post(system, "/v1/metrics", [point, {**point, "timestamp": iso(now() - timedelta(hours=1)), "value": 5}])
    # And another organization with the same correlation id
    post(system, "/v1/payments", {**request, "paymentId": "theirs"}, organization="org-789")
    for function in ("ProjectorFunction", "LogsProjectorFunction", "MetricsProjectorFunction"):
        system.project(function)

    # When it is traced
    trace = system.request("GET", "/v1/trace/checkout-17", token=system.token(ORG)).json

    # Then it has the events of this checkout, its line, and what was counted around them
    assert [(event["type"], event["paymentId"], event["version"]) for event in trace["events"]] == [
        ("PaymentRequested", "p-1", 1),
        ("PaymentProcessed", "p-1", 2),
    ]
    assert [(line["message"], line["correlationId"]) for line in trace["logs"]] == [("paid", "checkout-17")]
    assert [(metric["name"], metric["count"], metric["sum"]) for metric in trace["metrics"]] == [("orders", 1, 3)]
    assert trace["complete"]
    assert trace["from"] < trace["events"][0]["occurredAt"] < trace["to"]
    assert "Blue mug" not in str(trace)


def test_a_correlation_id_that_nothing_bears_is_not_found_and_a_bad_one_refused(system: System) -> None:
    token = system.token(ORG)
    assert system.request("GET", "/v1/trace/nobody", token=token).status == 404
    refused = system.request("GET", "/v1/trace/a%20b", token=token)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "correlationId")


def check_out(system: System, payments: int) -> None:
    """Given a checkout of many payments, p-0 and on."""
    lines = [
        {"paymentId": f"p-{number}", "userId": "u-1", "amount": "1.00", "currency": "EUR", "description": "Tea",
         "processedAt": "2011-01-31T12:00:00Z"}
        for number in range(payments)
    ]  # fmt: skip
    post(system, "/v1/payments/import", b"\n".join(map(orjson.dumps, lines)))


def test_a_trace_of_many_events_says_that_there_are_more(system: System) -> None:
    check_out(system, payments=250)
    trace = system.request("GET", "/v1/trace/checkout-17", token=system.token(ORG)).json
    assert (len(trace["events"]), trace["complete"]) == (200, False)


def test_events_of_deleted_payments_take_no_others_place(system: System) -> None:
    # Given a checkout of more events than are told, of which the first payments are deleted
    check_out(system, payments=230)
    for number in range(5):
        system.request("DELETE", f"/v1/payments/p-{number}", token=system.token(ORG, role="admin"))

    # When it is traced, then it has as many events as ever, and says that there are more
    trace = system.request("GET", "/v1/trace/checkout-17", token=system.token(ORG)).json
    assert (len(trace["events"]), trace["complete"]) == (200, False)


def test_a_deleted_payment_is_shown_to_nobody(system: System) -> None:
    # Given two payments of a checkout, of which one is deleted
    request = {"amount": "10.00", "currency": "EUR", "description": "Blue mug"}
    for payment_id in ("p-1", "p-2"):
        post(system, "/v1/payments", {**request, "paymentId": payment_id})
    assert system.request("DELETE", "/v1/payments/p-1", token=system.token(ORG, role="admin")).status == 200

    # Then the trace tells of the other only
    trace = system.request("GET", "/v1/trace/checkout-17", token=system.token(ORG)).json
    assert [event["paymentId"] for event in trace["events"]] == ["p-2"]
