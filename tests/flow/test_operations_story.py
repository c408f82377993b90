"""What an operator sees in the console: how the sides stand, and an organization's dead letters, which go back."""

from typing import Any

import orjson
import pytest

from common.settings import Settings
from local.inprocess.system import System
from operations_app.maintenance_wiring import rebuild_of

LETTERS = "/v1/operations/dead-letters"


def ask(system: System, method: str, path: str, body: object = None, *, organization: str = "org-456") -> Any:
    answer = system.request(method, path, body=body, token=system.token(organization, role="admin"))
    assert answer.status == 200, answer.json
    return answer.json


def dead(system: System, *payment_ids: str, organization: str = "org-456") -> None:
    """Given requested payments whose events became dead letters instead."""
    for payment_id in payment_ids:
        body = {"paymentId": payment_id, "amount": "10.00", "currency": "EUR", "description": "Blue mug"}
        assert system.request("POST", "/v1/payments", body=body, token=system.token(organization)).status == 201
        [message] = system.sqs.receive_message(QueueUrl=system.queue_url)["Messages"]
        system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody=message["Body"])
        system.sqs.delete_message(QueueUrl=system.queue_url, ReceiptHandle=message["ReceiptHandle"])


def test_an_organization_s_dead_letters_are_seen_and_sent_back(system: System) -> None:
    # Given dead letters of two organizations, and one of nobody
    dead(system, "p1", "p2")
    dead(system, "theirs", organization="org-789")
    system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody="no event")

    # When an operator looks, twice
    first, seen = ask(system, "GET", LETTERS), ask(system, "GET", LETTERS)

    # Then it sees its own, whole, and looking hid none
    assert (first["total"], seen["total"]) == (2, 2)
    letters = {letter["aggregateId"]: letter for letter in seen["letters"]}
    assert letters["p1"]["event"]["state"]["description"] == "Blue mug"
    assert (letters["p1"]["type"], letters["p1"]["reason"]) == ("PaymentRequested", "retries exhausted")

    # When one is sent back, and then the rest
    one = {"messageIds": [letters["p1"]["messageId"]]}
    assert ask(system, "POST", f"{LETTERS}/redrive", one) == {"sent": 1, "kept": 0}
    assert system.project() == 1
    assert ask(system, "POST", f"{LETTERS}/redrive", {}) == {"sent": 1, "kept": 0}
    assert system.project() == 1

    # Then both are found, and the others' letters are where they were
    assert ask(system, "GET", "/v1/payments")["total"] == 2
    assert ask(system, "GET", LETTERS)["total"] == 0
    assert ask(system, "GET", LETTERS, organization="org-789")["total"] == 1


def test_no_dead_letter_hides_the_others(system: System) -> None:
    # Given a letter of more levels than JSON is written with, and some that are together more than an answer holds
    event = '{"organizationId": "org-456", "type": "PaymentErased", "aggregateId": "%s", "state": %s}'
    deep, large = '{"a": ' * 300 + "1" + "}" * 300, '{"a": "%s"}' % ("x" * 240_000)
    for payment_id, state in [("deep", deep), *((f"large-{number}", large) for number in range(30))]:
        system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody=event % (payment_id, state))

    # When an operator looks
    seen = ask(system, "GET", LETTERS)

    # Then it sees the oldest of them, and how many there are
    assert seen["total"] == 31
    assert 10 < len(seen["letters"]) < 20
    rest = [letter for letter in seen["letters"] if letter["aggregateId"] != "deep"]
    assert len(rest) == len(seen["letters"]) - 1
    assert len(orjson.dumps(rest)) < 5_000_000


def test_the_latest_reconciliation_and_a_rebuild_are_told(system: System) -> None:
    # Given a system that was not looked at yet
    told = ask(system, "GET", "/v1/operations")
    assert told["reconciliation"] is None
    assert told["rebuild"] == {
        "serving": "payments-000001", "building": None, "previous": None, "segments": 0, "segmentsDone": 0,
    }  # fmt: skip

    # When it was reconciled, and a rebuild has read all its segments
    system.reconcile()
    rebuild = rebuild_of(Settings.from_env())
    rebuild.start(settle_seconds=0)
    list(rebuild.backfill(segments=2))

    # Then both are told
    told = ask(system, "GET", "/v1/operations")
    assert told["reconciliation"]["differences"] == 0
    assert (told["rebuild"]["building"], told["rebuild"]["segmentsDone"]) == ("payments-000002", 2)
    rebuild.drop()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/operations"), ("GET", LETTERS), ("POST", f"{LETTERS}/redrive")]
)
def test_only_an_admin_is_an_operator(system: System, method: str, path: str) -> None:
    body = b"{}" if method == "POST" else None
    assert system.request(method, path, body=body, token=system.token("org-456", role="agent")).status == 403


def test_a_redrive_of_something_else_is_refused_by_its_name(system: System) -> None:
    token = system.token("org-456", role="admin")
    answer = system.request("POST", f"{LETTERS}/redrive", body={"ids": ["1"]}, token=token)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "ids")
