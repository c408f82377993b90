"""What operators see and do while the system runs: how fresh it is, and what became of the dead letters."""

import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import orjson
import pytest

from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.system import System
from ops.__main__ import main
from query_app.payments import wiring as query_wiring
from query_app.service.answers import FreshnessAnswer

Ops = Callable[..., tuple[int, str]]


@pytest.fixture
def ops(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ops:
    """`python -m ops ...` for the system of this process: answers the exit code and what was printed."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["ops", *arguments])
        monkeypatch.setenv("COLUMNS", "200")
        capsys.readouterr()
        code = main()
        return code, capsys.readouterr().out

    return run


def requested(system: System, payment_id: str, organization: str = "org-456") -> None:
    body = {"paymentId": payment_id, "amount": "100.00", "currency": "EUR", "description": "Blue mug"}
    assert system.request("POST", "/v1/payments", body=body, token=system.token(organization)).status == 201


def died(system: System) -> int:
    """The queue gives up on everything that waits in it; answers how many those are."""
    dead = 0
    while messages := system.sqs.receive_message(QueueUrl=system.queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody=message["Body"])
            system.sqs.delete_message(QueueUrl=system.queue_url, ReceiptHandle=message["ReceiptHandle"])
            dead += 1
    return dead


def listed(ops: Ops, *filters: str) -> list[dict[str, Any]]:
    code, lines = ops("dlq", "list", "--json", *filters)
    assert code == 0
    return [orjson.loads(line) for line in lines.splitlines()]


def freshness(system: System) -> dict[str, Any]:
    answer = system.request("GET", "/v1/freshness", token=system.token("org-456", role="admin"))
    assert answer.status == 200
    FreshnessAnswer.model_validate(answer.json)
    report: dict[str, Any] = answer.json
    return report


def test_dead_letters_are_seen_sent_back_and_projected(system: System, ops: Ops) -> None:
    # Given two payments whose events died, and poison that the projector refused
    requested(system, "payment-1")
    requested(system, "payment-2", "org-789")
    assert died(system) == 2
    system.sqs.send_message(QueueUrl=system.queue_url, MessageBody="not an event")
    system.project()

    # When an operator looks
    letters = {letter["aggregateId"]: letter for letter in listed(ops)}
    assert letters["payment-1"]["reason"] == "retries exhausted"
    assert (letters["payment-1"]["organizationId"], letters["payment-1"]["version"]) == ("org-456", 1)
    assert letters[None]["reason"].startswith("not JSON")
    assert [letter["aggregateId"] for letter in listed(ops, "--organization", "org-789")] == ["payment-2"]
    assert listed(ops, "--type", "PaymentRefunded") == []
    code, table = ops("dlq", "list")
    assert code == 0
    assert "3 of 3 dead letters" in table
    assert "payment-2" in table
    _, shown = ops("dlq", "show", letters["payment-1"]["messageId"])
    assert '"description": "Blue mug"' in shown
    _, raw = ops("dlq", "show", letters[None]["messageId"])
    assert raw.endswith("not an event\n")
    assert ops("dlq", "show", "nobody-00") == (1, "0 dead letters have an id that begins with nobody-00\n")

    # And sends the events back
    assert ops("dlq", "redrive", "--type", "PaymentRequested") == (0, "2 sent back to the event queue\n")
    system.project()

    # Then the payments are found, and only the poison is left
    assert system.request("GET", "/v1/payments/payment-1", token=system.token("org-456")).status == 200
    assert system.request("GET", "/v1/payments/payment-2", token=system.token("org-789")).status == 200
    assert [letter["aggregateId"] for letter in listed(ops)] == [None]


def test_a_purge_asks_first(system: System, ops: Ops, monkeypatch: pytest.MonkeyPatch) -> None:
    requested(system, "payment-1")
    requested(system, "payment-2")
    died(system)
    for said in ("no\n", ""):
        monkeypatch.setattr(sys, "stdin", StringIO(said))
        code, printed = ops("dlq", "purge")
        assert (code, printed) == (1, "Delete 2 dead letters for good? Type yes: nothing deleted\n")
    assert len(listed(ops)) == 2
    with pytest.raises(SystemExit):
        ops("dlq", "purge", "--yes", "--id", "")

    [one, other] = listed(ops)
    assert ops("dlq", "purge", "--id", one["messageId"][:8], "--yes") == (0, "1 deleted\n")
    assert [letter["messageId"] for letter in listed(ops)] == [other["messageId"]]
    monkeypatch.setattr(sys, "stdin", StringIO("yes\n"))
    assert ops("dlq", "purge")[0] == 0
    assert listed(ops) == []


def test_only_an_admin_sees_how_fresh_the_system_is(system: System) -> None:
    refused = system.request("GET", "/v1/freshness", token=system.token("org-456"))
    assert refused.status == 403
    assert "admin" in refused.json["detail"]
    assert system.request("GET", "/v1/freshness").status == 401


def test_freshness_follows_an_event_from_the_commit_to_the_index(system: System, ops: Ops) -> None:
    # Given nothing
    empty = freshness(system)
    nothing = {"lastEventAt": None, "lastEventMs": None, "lagMs": None}
    assert empty["projection"] == {"everyone": nothing, "organization": nothing}
    assert empty["outbox"] == {"unsent": 0, "relation": "eq", "oldestAt": None, "oldestMs": None}

    # When events of two organizations wait
    requested(system, "payment-1")
    requested(system, "payment-2", "org-789")
    waiting = freshness(system)
    assert waiting["queue"] == {"waiting": 2, "inFlight": 0, "oldestMs": None}
    assert waiting["outbox"]["unsent"] == 0

    # And are projected
    system.project()
    projected = freshness(system)
    assert projected["queue"] == {"waiting": 0, "inFlight": 0, "oldestMs": None}
    everyone, organization = projected["projection"]["everyone"], projected["projection"]["organization"]
    assert (everyone["lagMs"]["events"], organization["lagMs"]["events"]) == (2, 1)
    assert 0 <= everyone["lagMs"]["p50"] <= everyone["lagMs"]["p99"] < 60_000
    assert organization["lastEventAt"] <= everyone["lastEventAt"] <= projected["asOf"]

    # Then the operator's command tells the same
    code, printed = ops("freshness", "--json", "--organization", "org-456")
    told = orjson.loads(printed)
    assert (code, told["queue"], told["unavailable"]) == (0, projected["queue"], {})
    assert told["projection"]["organization"]["lagMs"] == organization["lagMs"]
    assert "projection.everyone.lagMs.p99" in ops("freshness")[1]


def test_freshness_counts_where_answers_came_from(system: System) -> None:
    # Given a payment
    requested(system, "payment-1")
    system.project()
    nothing = freshness(system)["cache"]
    assert (nothing["l1"], nothing["l2"], nothing["miss"]) == (0, 0, 0)

    # When it is looked for, three times from one process, and then from one that has just begun
    def look() -> str:
        answer = system.request("GET", "/v1/payments/payment-1", token=system.token("org-456"))
        level: str = answer.json["cache"]
        return level

    time.sleep(1.1)  # what is kept while the index settles ends too soon
    assert [look() for _ in range(3)] == ["miss", "l1", "l1"]
    query_wiring.bus.cache_clear()
    assert look() == "l2"
    time.sleep(1.1)  # a process tells once a second
    look()

    # Then operators see that
    counted = freshness(system)["cache"]
    assert (counted["l1"], counted["l2"], counted["miss"]) == (2, 1, 1)
    assert counted["since"].endswith(":00:00.000Z")


def test_freshness_shows_dead_letters_and_events_that_were_not_sent(system: System) -> None:
    # Given an event whose mark was not removed, as of a command that died after its commit
    requested(system, "payment-1")
    key = {"pk": {"S": "ORG#org-456#PAYMENT#payment-1"}, "sk": {"S": "EVENT#0000000001"}}
    system.dynamodb.update_item(
        TableName=system.table_name,
        Key=key,
        UpdateExpression="SET outbox = :shard",
        ExpressionAttributeValues={":shard": {"S": "3"}},
    )
    died(system)

    report = freshness(system)

    occurred = system.dynamodb.get_item(TableName=system.table_name, Key=key)["Item"]["occurredAt"]["S"]
    assert report["deadLetters"] == {"waiting": 1, "inFlight": 0}
    outbox = report["outbox"]
    assert (outbox["unsent"], outbox["relation"], outbox["oldestAt"]) == (1, "eq", occurred)
    assert 0 <= outbox["oldestMs"] < 60_000


@pytest.fixture
def deaf(engines: Engines, identity: Identity) -> Iterator[System]:
    """Its cache and its dead letter queue are not there."""
    gone = {"CACHE_URL": "redis://127.0.0.1:9", "DLQ_URL": f"{engines.sqs_url or 'https://sqs'}/000000000000/gone"}
    with System(engines, identity, gone) as system:
        yield system


def test_a_part_that_is_down_is_null_with_its_reason(deaf: System, ops: Ops) -> None:
    report = freshness(deaf)
    assert (report["projection"], report["deadLetters"]) == (None, None)
    assert report["queue"] == {"waiting": 0, "inFlight": 0, "oldestMs": None}
    assert report["outbox"]["unsent"] == 0
    assert report["unavailable"].keys() == {"projection", "deadLetters", "cache"}
    assert "cache did not answer" in report["unavailable"]["projection"]
    assert "dead letter queue did not answer" in report["unavailable"]["deadLetters"]
    assert ops("freshness")[0] == 1
