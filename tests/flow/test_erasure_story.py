"""A person is forgotten everywhere and for good, and not a penny moves."""

import sys
import time
import zlib
from typing import Any

import orjson
import pytest
from redis import Redis

from common.domain.instants import iso, now
from common.engines.table import event_sk, payment_pk
from common.payments.index import ALIAS_READ, ALL_INDICES
from common.settings import Settings
from local.engines import Engines
from local.inprocess.system import System
from operations_app import maintenance_wiring
from ops.__main__ import main
from query_app.payments.lookup.answers import PaymentAnswer

JANE = "jane@example.org"
SECRETS = ("jane", "novel", "velvet", "declined by", "too sad")


def command(
    system: System, path: str, body: object = None, status: int = 200, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """A command of an admin of org-456."""
    token = system.token("org-456", role="admin", user="admin-1")
    answer = system.request("POST", path, body=body, token=token, headers=headers)
    assert answer.status == status, answer.json
    result: dict[str, Any] = answer.json
    return result


def bought(system: System, payment_id: str, user: str, description: str, **metadata: object) -> None:
    """Given a payment that was processed."""
    body = {
        "paymentId": payment_id,
        "userId": user,
        "amount": "100.00",
        "currency": "EUR",
        "description": description,
        "metadata": metadata,
    }
    command(system, "/v1/payments", body, status=201, headers={"idempotency-key": f"request-{payment_id}"})
    command(system, f"/v1/payments/{payment_id}/process", {"amount": "100.00", "currency": "EUR"})


def jane_s_past(system: System) -> None:
    """Given payments of Jane with all that one may tell of her: completed, refunded and failed; and one of Joe."""
    bought(system, "p1", JANE, "A novel for Jane", tags=["velvet"], note="for jane")
    bought(system, "p2", JANE, "Another novel")
    command(system, "/v1/payments/p2/refund", {"amount": "40.00", "reason": "Too sad an end"})
    failing = {"paymentId": "p3", "userId": JANE, "amount": "7.00", "currency": "GBP", "description": "Velvet hat"}
    command(system, "/v1/payments", failing, status=201)
    command(system, "/v1/payments/p3/fail", {"error": "Declined by Jane's bank"})
    bought(system, "p4", "joe", "Blue mug")


def read(system: System, path: str, **query: str) -> Any:
    answer = system.request("GET", path, token=system.token("org-456"), query=query)
    return answer.json if answer.status == 200 else answer.status


def statistics(system: System) -> dict[str, Any]:
    answer = read(system, "/v1/payments/statistics")
    return {name: answer[name] for name in ("status", "currency", "daily")}


def in_the_table(system: System) -> str:
    """All items, as they stand, and what the idempotency records keep packed."""
    pages = system.dynamodb.get_paginator("scan").paginate(TableName=system.table_name, ConsistentRead=True)
    items = [item for page in pages for item in page["Items"]]
    kept = [zlib.decompress(bytes(item["result"]["B"])).decode() for item in items if "B" in item.get("result", {})]
    assert kept
    return repr(items) + repr(kept)


def in_the_index(system: System) -> str:
    system.opensearch.indices.refresh(index=ALL_INDICES)
    found = system.opensearch.search(index=ALL_INDICES, body={"query": {"match_all": {}}, "size": 100})
    assert found["hits"]["hits"]
    return repr(found)


def in_the_cache(engines: Engines) -> str:
    """All that Redis holds, whoever could reach it."""
    with Redis.from_url(engines.cache_url) as cache:
        values = [cache.get(key) or b"" for key in cache.scan_iter() if cache.type(key) == b"string"]
    # An entry begins with how it is stored and eight bytes of when it ends.
    return repr([zlib.decompress(value[9:]) if value[:1] == b"z" else value for value in values])


def waiting(system: System, queue_url: str) -> list[str]:
    bodies: list[str] = []
    while messages := system.sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in messages]
    return bodies


def die(system: System, *bodies: str) -> None:
    for body in bodies:
        system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody=body)


def stored_event(system: System, payment_id: str, version: int) -> str:
    key = {"pk": {"S": payment_pk("org-456", payment_id)}, "sk": {"S": event_sk(version)}}
    return system.dynamodb.get_item(TableName=system.table_name, Key=key, ConsistentRead=True)["Item"]["event"]["S"]


def redeliver(system: System, *bodies: str) -> None:
    """SQS delivers again what it delivered long ago."""
    for body in bodies:
        system.sqs.send_message(QueueUrl=system.queue_url, MessageBody=body)
    assert system.project() == len(bodies)


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.lower()]


def test_an_erased_user_is_gone_everywhere_stays_gone_and_the_money_stays(
    system: System,
    engines: Engines,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given Jane's payments: projected, cached, some of their events among the dead letters
    caplog.set_level("INFO")
    jane_s_past(system)
    originals = [stored_event(system, payment_id, 1) for payment_id in ("p1", "p2", "p3")]
    system.project()
    time.sleep(1.1)  # the index settles, so that answers are kept
    before, known = statistics(system), now()
    for _ in range(2):
        assert read(system, "/v1/payments", q="novel")["total"] == 2
        assert read(system, "/v1/payments", q="novel", asOf=iso(known))["total"] == 2
        assert read(system, "/v1/payments/p1")["userId"] == JANE
    assert "jane" in secrets_in(in_the_cache(engines))
    die(system, *originals)
    assert secrets_in(in_the_table(system)) == list(SECRETS)
    assert secrets_in(in_the_index(system)) == list(SECRETS)

    # When she is erased, and the erasure is projected
    erased = command(system, f"/v1/users/{JANE}/erase")
    assert erased == {"erased": 3, "complete": True, "deadLetters": "removed"}
    assert "jane" in secrets_in(in_the_cache(engines))
    assert system.poller.drain() == 3

    # Then no word of hers is in the cache, nor comes back into it
    assert secrets_in(in_the_cache(engines)) == []
    for path, query in (("/v1/payments", {"q": "novel"}), ("/v1/payments/p1", {}), ("/v1/payments", {})):
        read(system, path, **query)
    assert secrets_in(in_the_cache(engines)) == []

    # Then queries see her payments without her, at once
    assert read(system, "/v1/payments", q="novel")["total"] == 0
    assert read(system, "/v1/payments", q="novel", asOf=iso(known))["total"] == 0
    assert read(system, "/v1/payments/p2", asOf=iso(known))["description"] == "[erased]"
    assert read(system, "/v1/payments/suggestions", q="nov")["suggestions"] == []
    p2 = read(system, "/v1/payments/p2")
    PaymentAnswer.model_validate(p2)
    assert (p2["description"], p2["amount"], p2["refundAmount"]) == ("[erased]", "100.00", "40.00")
    assert p2.keys().isdisjoint({"userId", "refundReason", "error"})
    assert p2["erasedAt"].endswith("Z")
    history = read(system, "/v1/payments/p2/history")
    assert [event["type"] for event in history["events"]][-2:] == ["PaymentRefunded", "PaymentErased"]
    assert statistics(system) == before
    assert read(system, "/v1/payments/p4")["userId"] == "joe"

    # And nothing of her is left anywhere
    def left() -> dict[str, list[str]]:
        # The client's trace logger is silent unless somebody gives it a handler, as pytest does.
        logged = [record for record in caplog.records if record.name != "opensearchpy.trace"]
        assert logged
        places = {
            "table": in_the_table(system),
            "index": in_the_index(system),
            "cache": in_the_cache(engines),
            "dead letters": repr(waiting(system, system.dead_letter_url)),
            "queue": repr(waiting(system, system.queue_url)),
            "logs": repr([vars(record) for record in logged]) + capsys.readouterr().out,
        }
        return {place: found for place, text in places.items() if (found := secrets_in(text))}

    assert left() == {}

    # And when the index is rebuilt from the events, and the oldest messages come once more, she does not come back
    rebuild = maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=0)
    rebuild.start(settle_seconds=0)
    list(rebuild.backfill(segments=1))
    _, differences = rebuild.swap()
    rebuild.drop()
    assert differences == []
    redeliver(system, *originals)
    assert left() == {}
    assert statistics(system) == before
    assert system.reconcile()["differences"] == 0


def test_a_deleted_payment_is_seen_by_nobody_and_its_money_stays(system: System) -> None:
    # Given two payments, projected
    jane_s_past(system)
    system.project()
    before = statistics(system)
    originals = [stored_event(system, "p1", version) for version in (1, 2)]

    # When one is deleted
    admin = system.token("org-456", role="admin")
    answer = system.request("DELETE", "/v1/payments/p1", token=admin, headers={"if-match": '"2"'})
    assert (answer.status, answer.headers["etag"]) == (200, '"3"')
    assert answer.json == {"paymentId": "p1", "status": "completed", "version": 3, "deadLetters": "removed"}
    system.project()

    # Then nobody sees it, whatever comes late, and the money is where it was
    for _ in range(2):
        written = {"consistency-token": answer.headers["consistency-token"]}
        token = system.token("org-456")
        assert system.request("GET", "/v1/payments/p1", token=token, headers=written).status == 404
        assert read(system, "/v1/payments/p1/history") == 404
        assert [hit["paymentId"] for hit in read(system, "/v1/payments", q="novel")["payments"]] == ["p2"]
        assert read(system, "/v1/payments")["total"] == 3
        assert read(system, "/v1/payments/suggestions", q="jan")["suggestions"] == []
        assert statistics(system) == before
        redeliver(system, *originals)
    command(system, "/v1/payments/p1/refund", {"amount": "1.00"}, status=404)
    assert system.request("DELETE", "/v1/payments/p1", token=admin).status == 404
    again = {"paymentId": "p1", "amount": "1.00", "currency": "EUR", "description": "x"}
    command(system, "/v1/payments", again, status=409)

    # And a rebuilt index has it so
    rebuild = maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=0)
    rebuild.start(settle_seconds=0)
    list(rebuild.backfill(segments=1))
    assert rebuild.swap()[1] == []
    rebuild.drop()
    assert read(system, "/v1/payments/p1") == 404
    assert statistics(system) == before
    found = system.opensearch.search(index=ALIAS_READ, body={"query": {"term": {"deleted": True}}})
    assert found["hits"]["total"]["value"] == 1
    assert secrets_in(repr(found)) == []


def test_only_admins_erase_and_only_in_their_own_organization(system: System) -> None:
    # Given payments of a user of the same name in two organizations
    bought(system, "p1", JANE, "A novel")
    body = {"paymentId": "p1", "userId": JANE, "amount": "1.00", "currency": "EUR", "description": "A novel"}
    other = system.token("org-789", role="admin")
    assert system.request("POST", "/v1/payments", body=body, token=other).status == 201

    # Then who is no admin is refused
    agent = system.token("org-456")
    assert system.request("DELETE", "/v1/payments/p1", token=agent).status == 403
    assert system.request("POST", f"/v1/users/{JANE}/erase", token=agent).status == 403

    # And an admin erases what is the organization's own
    assert system.request("DELETE", "/v1/payments/p2", token=other).status == 404
    assert system.request("POST", f"/v1/users/{JANE}/erase", token=other).json["erased"] == 1
    system.project()
    assert read(system, "/v1/payments/p1")["userId"] == JANE
    mine = system.request("GET", "/v1/payments/p1", token=other).json
    assert mine["description"] == "[erased]"


def test_operators_see_who_erased_what_and_never_whom(
    system: System, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given an erased user and a deleted payment
    jane_s_past(system)
    command(system, f"/v1/users/{JANE}/erase", headers={"x-correlation-id": "ticket-7"})
    admin = system.token("org-456", role="admin", user="admin-2")
    system.request("DELETE", "/v1/payments/p4", token=admin)
    monkeypatch.setenv("COLUMNS", "200")

    def listed(*options: str) -> str:
        monkeypatch.setattr(sys, "argv", ["ops", "audit", "list", "--organization", *options])
        capsys.readouterr()
        assert main() == 0
        return capsys.readouterr().out

    # When an operator asks
    records = [orjson.loads(line) for line in listed("org-456", "--json").splitlines()]

    # Then there is a record a payment
    told = sorted((record["paymentId"], record["action"], record["by"]) for record in records)
    assert told == [
        ("p1", "EraseUser", "admin-1"),
        ("p2", "EraseUser", "admin-1"),
        ("p3", "EraseUser", "admin-1"),
        ("p4", "DeletePayment", "admin-2"),
    ]
    assert records[0]["correlationId"] == "ticket-7"
    assert "jane" not in repr(records)

    # And who knows the user finds the records
    assert "3 payments erased" in listed("org-456", "--user", JANE)
    assert "0 payments erased" in listed("org-456", "--user", "joe")
    assert "0 payments erased" in listed("org-789")
