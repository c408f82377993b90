"""What was known at an earlier instant can be asked for: one payment, or a search with all its filters."""

import sys
import time
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from command_app.payments import payment as aggregate
from common.domain.instants import iso, now
from common.engines.administration import administrator
from common.engines.index_admin import index_problems
from common.payments.index import ALIAS_READ, ALIAS_TIMELINE, ALL_INDICES
from common.settings import Settings
from local.inprocess.system import System
from operations_app import maintenance_wiring, wiring
from ops.__main__ import main
from query_app.payments.lookup.answers import PaymentAnswer
from query_app.payments.search.answers import PaymentPage
from tests.builders import NOON

HOUR = timedelta(hours=1)


class Past:
    """An organization's caller, and the clock of the machine that takes its commands."""

    def __init__(self, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system, self.at = system, NOON
        monkeypatch.setattr(aggregate, "now", lambda: self.at)

    def send(self, method: str, path: str, body: object = None, status: int = 200) -> None:
        """A command, an hour after the one before."""
        token = self.system.token("org-456", role="admin", user="admin-1")
        answer = self.system.request(method, path, body=body, token=token)
        assert answer.status == status, answer.json
        self.at += HOUR

    def requested(self, payment_id: str, description: str = "Velvet hat") -> None:
        body = {"paymentId": payment_id, "userId": "jane", "amount": "100.00", "currency": "EUR"}
        self.send("POST", "/v1/payments", {**body, "description": description}, status=201)

    def processed(self, payment_id: str) -> None:
        self.send("POST", f"/v1/payments/{payment_id}/process", {"amount": "100.00", "currency": "EUR"})

    def refunded(self, payment_id: str) -> None:
        self.send("POST", f"/v1/payments/{payment_id}/refund", {"amount": "100.00", "reason": "Too sad"})

    def get(self, payment_id: str, as_of: datetime | str) -> Any:
        return self.ask(f"/v1/payments/{payment_id}", asOf=as_of if isinstance(as_of, str) else iso(as_of))

    def search(self, as_of: datetime | str, **query: str | int) -> Any:
        return self.ask("/v1/payments", asOf=as_of if isinstance(as_of, str) else iso(as_of), **query)

    def ask(self, path: str, **query: str | int) -> Any:
        self.system.project()
        answer = self.system.request("GET", path, query=query, token=self.system.token("org-456"))
        return answer.json if answer.status == 200 else answer.status


@pytest.fixture
def past(system: System, monkeypatch: pytest.MonkeyPatch) -> Past:
    """At noon p1 was requested, at one it was processed, at two p2 was requested, at three p1 was refunded."""
    past = Past(system, monkeypatch)
    past.requested("p1")
    past.processed("p1")
    past.requested("p2", "Blue mug")
    past.refunded("p1")
    return past


def events_of(system: System) -> list[dict[str, Any]]:
    items = system.dynamodb.scan(TableName=system.table_name, ConsistentRead=True)["Items"]
    return [item for item in items if "event" in item]


def statuses(page: Any) -> dict[str, str]:
    return {payment["paymentId"]: payment["status"] for payment in page["payments"]}


def test_a_payment_that_was_refunded_later_is_completed_as_of_before(past: Past) -> None:
    # Then it is what it was, at each instant
    assert past.get("p1", NOON - HOUR) == 404
    assert past.get("p1", NOON)["status"] == "requested"
    before = past.get("p1", NOON + 2 * HOUR)
    assert (before["status"], before["version"], before["asOf"]) == ("completed", 2, "2011-01-31T14:00:00.000Z")
    assert before.keys().isdisjoint({"refundAmount", "refundReason", "refundedAt"})
    PaymentAnswer.model_validate(before)
    assert past.get("p1", "2011-01-31")["status"] == "refunded"
    assert past.get("p3", NOON) == 404

    # And no command is invited to be sent on an old version
    answer = past.system.request(
        "GET", "/v1/payments/p1", query={"asOf": iso(NOON)}, token=past.system.token("org-456")
    )
    assert "etag" not in answer.headers


def test_a_search_sees_everything_as_it_was_then(past: Past) -> None:
    # Then the organization's payments are those of then, each once
    assert statuses(past.search(NOON - HOUR)) == {}
    assert statuses(past.search(NOON)) == {"p1": "requested"}
    assert statuses(past.search(NOON + 2 * HOUR)) == {"p1": "completed", "p2": "requested"}
    page = past.search("2011-01-31")
    assert statuses(page) == {"p1": "refunded", "p2": "requested"}
    assert statuses(past.ask("/v1/payments")) == statuses(page)
    PaymentPage.model_validate(page)

    # And so are words, filters and totals
    then = NOON + 2 * HOUR
    found = past.search(then, q="velvet", status="completed", minAmount="100.00")
    assert (statuses(found), found["total"], found["asOf"]) == ({"p1": "completed"}, 1, iso(then))
    assert past.search(then, status="refunded")["total"] == 0
    assert past.search(NOON, **{"from": "2011-01-01"})["total"] == 0
    assert past.search(NOON + HOUR, **{"from": "2011-01-01"})["total"] == 1

    assert [past.search(at, q="velvet refund:100.00")["total"] for at in (then, "2011-01-31")] == [0, 1]
    facets = past.search(then, facets="status,month")["facets"]
    assert facets["status"] == [{"value": "completed", "count": 1}, {"value": "requested", "count": 1}]
    assert facets["month"] == [{"value": "2011-01", "count": 1}]
    chosen = past.search(then, fields="status", highlight="true", q="velvet")["payments"]
    assert (chosen[0]["status"], chosen[0]["highlights"]) == ("completed", {"description": ["<em>Velvet</em> hat"]})

    # And asked again once the index has settled, the answer comes from the cache
    time.sleep(1.1)
    assert [past.search(then, status="failed")["cache"] for _ in range(2)] == ["miss", "l1"]

    # And nobody sees another organization's past
    other = past.system.request("GET", "/v1/payments", query={"asOf": iso(then)}, token=past.system.token("org-789"))
    assert other.json["total"] == 0


def test_a_cursor_leads_through_the_instant_it_was_made_for(past: Past) -> None:
    then = NOON + 2 * HOUR
    first = past.search(then, sort="amount", limit=1)
    assert list(statuses(first)) == ["p1"]
    past.processed("p2")
    second = past.search(then, sort="amount", limit=1, cursor=first["nextCursor"])
    assert statuses(second) == {"p2": "requested"}
    assert past.search(NOON + 3 * HOUR, sort="amount", limit=1, cursor=first["nextCursor"]) == 400
    assert past.ask("/v1/payments", sort="amount", limit=1, cursor=first["nextCursor"]) == 400


@pytest.mark.parametrize("path", ["/v1/payments", "/v1/payments/p1"])
@pytest.mark.parametrize("as_of", ["yesterday", "2011-02-30", "", "2011-01-31T12:00:00", "2999-01-01"])
def test_an_instant_that_is_none_or_is_still_to_come_is_refused(system: System, path: str, as_of: str) -> None:
    answer = system.request("GET", path, query={"asOf": as_of}, token=system.token("org-456"))
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, ["asOf"])


def test_today_is_a_day_of_which_so_far_is_known(system: System) -> None:
    answer = system.request(
        "GET", "/v1/payments", query={"asOf": now().date().isoformat()}, token=system.token("org-456")
    )
    assert (answer.status, answer.json["asOf"] <= iso(now())) == (200, True)


def test_the_erased_and_the_deleted_are_forgotten_in_the_past_too(past: Past) -> None:
    # Given what SQS may deliver once more
    system, then = past.system, NOON + 3 * HOUR
    bodies = [item["event"]["S"] for item in events_of(system)]
    past.search(then)

    # When Jane is erased, and later p2 is deleted
    past.send("POST", "/v1/users/jane/erase")
    past.send("DELETE", "/v1/payments/p2")

    # Then her payment is there as of before, without her, and p2 never was
    for late in ([], bodies):
        for body in late:
            system.sqs.send_message(QueueUrl=system.queue_url, MessageBody=body)
        [payment] = past.search(then)["payments"]
        assert (payment["paymentId"], payment["status"], payment["amount"]) == ("p1", "refunded", "100.00")
        assert payment["description"] == "[erased]"
        assert payment.keys().isdisjoint({"userId", "refundReason", "erasedAt"})
        assert past.search(then, q="velvet")["total"] == 0
        looked_up = past.get("p1", then)
        assert {n: v for n, v in payment.items() if n not in {"score", "indexedAt"}} == {
            name: value for name, value in looked_up.items() if name not in {"asOf", "lagMs", "cache", "stale"}
        }
        assert past.get("p2", then) == 404
        found = system.opensearch.search(index=ALL_INDICES, body={"size": 100})
        assert not any(word in repr(found).lower() for word in ("jane", "velvet", "mug", "sad"))
    assert system.reconcile()["differences"] == 0


def test_a_rebuilt_index_has_the_past(past: Past) -> None:
    before = {hour: statuses(past.search(NOON + hour * HOUR)) for hour in range(5)}
    rebuild = maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=0)
    rebuild.start(settle_seconds=0)
    list(rebuild.backfill(segments=1))
    assert rebuild.swap(settle_seconds=0)[1] == []
    rebuild.drop()
    assert {hour: statuses(past.search(NOON + hour * HOUR)) for hour in range(5)} == before


def as_written_by_schema_version_2(system: System) -> None:
    """Events in the table and in the queue that do not say what was before them."""
    system.sqs.purge_queue(QueueUrl=system.queue_url)
    for item in events_of(system):
        event = orjson.loads(item["event"]["S"]) | {"schemaVersion": 2}
        del event["previous"]
        body = orjson.dumps(event).decode()
        system.sqs.send_message(QueueUrl=system.queue_url, MessageBody=body)
        system.dynamodb.put_item(TableName=system.table_name, Item={**item, "event": {"S": body}})


def test_a_past_that_old_events_left_out_is_told_and_mended(
    past: Past, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given events of before the past was kept
    as_written_by_schema_version_2(past.system)
    assert statuses(past.search(NOON)) == {}

    def reconciled(*options: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["ops", "reconcile", "--grace", "0", *options])
        capsys.readouterr()
        return main(), capsys.readouterr().out

    # Then the reconciliation names the payment, and its repair brings the past back
    told = '{"kind":"past","organizationId":"org-456","paymentId":"p1","expectedVersion":1,"foundVersion":null'
    assert reconciled() == (1, told + "}\n")
    assert reconciled("--repair") == (0, told + ',"mended":true}\n')
    assert reconciled() == (0, "")
    assert statuses(past.search(NOON + timedelta(milliseconds=1))) == {"p1": "requested"}
    assert statuses(past.search(NOON + 2 * HOUR)) == {"p1": "completed", "p2": "requested"}


def test_what_was_never_committed_has_no_past_either_once_it_is_mended(past: Past) -> None:
    # Given a table that was restored to before p1 came
    assert statuses(past.search(NOON + 2 * HOUR)).keys() == {"p1", "p2"}
    for item in past.system.dynamodb.scan(TableName=past.system.table_name)["Items"]:
        if item["pk"]["S"].endswith("#p1"):
            key = {"pk": item["pk"], "sk": item["sk"]}
            past.system.dynamodb.delete_item(TableName=past.system.table_name, Key=key)
    # When the sides are compared and mended
    settings = Settings.from_env()
    compared = wiring.reconciliation_of(settings, grace_seconds=0)
    found = list(compared.differences(compared.compare()))
    assert [(each.kind, each.key.payment_id) for each in found] == [("extra", "p1")]
    maintenance_wiring.repair_of(settings).mend(found)
    # Then it never was (as of an instant that no cache has an answer for)
    assert statuses(past.search(NOON + 2 * HOUR + timedelta(milliseconds=1))).keys() == {"p2"}
    assert past.system.reconcile()["differences"] == 0
    assert compared.compare().differing_past == set()


def test_an_index_of_before_there_was_a_past_is_rebuilt_into_one_that_has_it(past: Past) -> None:
    # Given an index that serves all it has, by the two aliases of then, and events that do not say what was before them
    system = past.system
    as_written_by_schema_version_2(system)
    system.opensearch.indices.delete_alias(index="_all", name=ALIAS_TIMELINE)
    system.opensearch.indices.put_alias(index="payments-000001", name=ALIAS_READ)
    past.system.project()
    # When it is rebuilt
    rebuild = maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=0, page_size=2)
    rebuild.start(settle_seconds=0)
    list(rebuild.backfill(segments=1))
    assert rebuild.swap(settle_seconds=0)[1] == []
    # Then the past is there, also when the old index comes back and goes again
    then = NOON + 2 * HOUR
    assert statuses(past.search(then)) == {"p1": "completed", "p2": "requested"}
    rebuild.roll_back()
    assert rebuild.swap(settle_seconds=0)[1] == []
    rebuild.drop()
    assert statuses(past.search(then)) == {"p1": "completed", "p2": "requested"}
    with administrator(Settings.from_env()) as client:
        assert index_problems(client) == []
