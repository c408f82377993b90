"""Nothing lost, nothing doubled: what differs between the sides is found, named and mended."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from common.batches import batches
from common.engines.table import STATE, payment_pk
from common.payments.index import ALIAS_READ, ALIAS_WRITE, document_id
from common.settings import Settings
from local.inprocess.system import System
from operations_app import maintenance_wiring, reconciliation, wiring
from operations_app.adapters import read_side
from operations_app.totals import Difference, Key


def requested(system: System, payment_id: str, organization: str = "org-456", amount: str = "100.00") -> None:
    body = {"paymentId": payment_id, "amount": amount, "currency": "EUR", "description": "Blue mug"}
    assert system.request("POST", "/v1/payments", body=body, token=system.token(organization)).status == 201


def processed(system: System, payment_id: str, organization: str = "org-456", amount: str = "100.00") -> None:
    body = {"amount": amount, "currency": "EUR"}
    path = f"/v1/payments/{payment_id}/process"
    assert system.request("POST", path, body=body, token=system.token(organization)).status == 200


def overwrite(system: System, payment_id: str, version: int, **fields: Any) -> None:
    """Somebody writes a document past the guard of versions."""
    there = system.opensearch.get(index=ALIAS_READ, id=document_id("org-456", payment_id), routing="org-456")
    system.opensearch.delete(index=ALIAS_WRITE, id=there["_id"], routing="org-456")
    system.opensearch.index(
        index=ALIAS_WRITE,
        id=there["_id"],
        body={**there["_source"], "version": version, **fields},
        params={"routing": "org-456", "refresh": "true"},
    )


def differences(system: System, organization_id: str | None = None, grace: float = 0) -> list[Difference]:
    compared = wiring.reconciliation_of(Settings.from_env(), grace)
    return list(compared.differences(compared.compare(organization_id), organization_id))


def drain_unseen(system: System) -> None:
    """Events arrive, and nobody projects them."""
    system.sqs.purge_queue(QueueUrl=system.queue_url)


def test_sides_that_agree_have_the_same_control_totals_and_no_differences(system: System) -> None:
    # Given payments of two organizations, on their way through all of their lives
    for payment_id, organization in (("p1", "org-456"), ("p2", "org-456"), ("p3", "org-789")):
        requested(system, payment_id, organization)
    processed(system, "p1")
    system.project()

    # When the scheduled reconciliation runs
    report = system.reconcile()

    # Then it has seen all of them, in a bucket each organization and day, and has nothing to tell
    assert report == {"payments": 3, "buckets": 3, "differences": 0}
    comparison = wiring.reconciliation_of(Settings.from_env()).compare()
    assert (comparison.sums, comparison.differing) == ({"EUR": 30_000}, {})


def test_what_is_missing_stale_or_extra_is_named_and_mended(system: System) -> None:
    # Given a payment whose only event got lost, one whose last event did, and a document that nobody wrote
    for payment_id in ("fine", "stale"):
        requested(system, payment_id)
    system.project()
    requested(system, "lost")
    processed(system, "stale")
    drain_unseen(system)
    source = system.opensearch.get(index=ALIAS_READ, id=document_id("org-456", "fine"), routing="org-456")["_source"]
    system.opensearch.index(
        index=ALIAS_WRITE,
        id=document_id("org-456", "ghost"),
        body={**source, "paymentId": "ghost", "version": 3},
        params={"routing": "org-456", "version": "3", "version_type": "external", "refresh": "true"},
    )

    # When the sides are compared
    found = differences(system)

    # Then all three are named, and nothing else
    assert sorted((each.kind, each.key.payment_id, each.expected_version, each.found_version) for each in found) == [
        ("extra", "ghost", None, 3),
        ("missing", "lost", 1, None),
        ("stale", "stale", 2, 1),
    ]

    # When they are mended
    mended = maintenance_wiring.repair_of(Settings.from_env()).mend(found)

    # Then there is no difference, and queries see what was committed
    assert mended == {each.key for each in found}
    assert differences(system) == []
    token = system.token("org-456")
    statuses = {
        name: system.request("GET", f"/v1/payments/{name}", token=token).json.get("status")
        for name in ("lost", "stale", "ghost")
    }
    assert statuses == {"lost": "requested", "stale": "completed", "ghost": 404}


def test_a_mended_ghost_is_not_brought_back_by_what_brought_it(system: System) -> None:
    # Given a document that nobody wrote, mended
    requested(system, "real")
    system.project()
    overwrite(system, "real", version=1, paymentId="real")
    ghost = system.opensearch.get(index=ALIAS_READ, id=document_id("org-456", "real"), routing="org-456")["_source"]
    again: dict[str, Any] = {
        "index": ALIAS_WRITE,
        "id": document_id("org-456", "ghost"),
        "body": {**ghost, "paymentId": "ghost", "version": 3},
        "params": {"routing": "org-456", "version": "3", "version_type": "external", "refresh": "true"},
    }
    system.opensearch.index(**again)
    assert maintenance_wiring.repair_of(Settings.from_env()).mend(differences(system)) == {Key("org-456", "ghost")}

    # When it is written again
    system.opensearch.index(**again, ignore=409)

    # Then it stays away
    assert differences(system) == []


def test_what_the_version_guard_cannot_mend_is_told_and_left_alone(system: System) -> None:
    # Given a document with a false amount, and one at a version that was never written
    for payment_id in ("false", "future"):
        requested(system, payment_id)
    system.project()
    overwrite(system, "false", version=1, amount="999.00", amountMinor=99_900, amountLow=99_900)
    overwrite(system, "future", version=9, fingerprint=1)
    found = differences(system)
    assert sorted((each.kind, each.key.payment_id) for each in found) == [("ahead", "future"), ("altered", "false")]
    # When they are to be mended, then only what agrees afterwards is called mended
    mended = maintenance_wiring.repair_of(Settings.from_env()).mend(found)
    assert mended == {each.key for each in found} - {each.key for each in differences(system)}


def test_a_deletion_that_the_index_has_not_seen_is_stale(system: System) -> None:
    # Given a payment that was deleted, while its document does not say so
    requested(system, "gone")
    system.project()
    key = {"pk": {"S": payment_pk("org-456", "gone")}, "sk": {"S": STATE}}
    state = json.loads(system.dynamodb.get_item(TableName=system.table_name, Key=key)["Item"]["state"]["S"])
    deleted = {"S": json.dumps({**state, "deleted": True, "version": 2})}
    system.dynamodb.update_item(
        TableName=system.table_name,
        Key=key,
        UpdateExpression="SET #state = :deleted",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":deleted": deleted},
    )
    # Then the sides differ on it, and its money is still counted
    assert [(each.kind, each.key.payment_id) for each in differences(system)] == [("stale", "gone")]
    assert wiring.reconciliation_of(Settings.from_env()).compare().sums == {"EUR": 10_000}


def test_the_scheduled_function_tells_and_counts_what_differs(
    system: System,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Given a payment whose event got lost a while ago
    requested(system, "lost")
    drain_unseen(system)
    impatient = wiring.reconciliation_of(Settings.from_env(), grace_seconds=0)
    monkeypatch.setattr(wiring, "reconciliation", lambda: impatient)
    # When the hour has come
    report = system.reconcile()
    # Then it is in the answer, in the log by its ids, and in the metric that the alarm watches
    assert report == {"payments": 1, "buckets": 1, "differences": 1}
    [record] = [record for record in caplog.records if record.message == "difference"]
    assert (record.__dict__["kind"], record.__dict__["paymentId"]) == ("missing", "lost")
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "ReconciliationDifferences" in line]
    assert [each["ReconciliationDifferences"] for each in metrics] == [[1.0]]


def test_an_event_on_its_way_is_no_difference(system: System) -> None:
    # Given an event that is projected a moment after both sides were compared
    requested(system, "slow")
    projected: list[int] = []
    compared = wiring.reconciliation_of(
        Settings.from_env(), grace_seconds=60, sleep=lambda _: projected.append(system.project())
    )
    comparison = compared.compare()
    assert len(comparison.differing) == 1
    # Then it is none
    assert list(compared.differences(comparison)) == []
    assert projected == [1]


def test_an_event_that_does_not_arrive_within_the_grace_is_one(system: System) -> None:
    requested(system, "lost")
    slept: list[float] = []
    compared = wiring.reconciliation_of(Settings.from_env(), grace_seconds=60, sleep=slept.append)
    found = list(compared.differences(compared.compare()))
    assert ([each.kind for each in found], slept) == (["missing"], [60])


def test_one_organization_can_be_looked_at_alone(system: System) -> None:
    for payment_id, organization in (("p1", "org-456"), ("p2", "org-789")):
        requested(system, payment_id, organization)
    drain_unseen(system)
    assert [each.key for each in differences(system, "org-789")] == [Key("org-789", "p2")]
    assert {each.key.organization_id for each in differences(system)} == {"org-456", "org-789"}


def test_more_than_a_page_of_everything_is_compared(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given more payments and buckets than a page, a batch or a look holds, none of them projected
    monkeypatch.setattr(read_side, "KEYS_A_PAGE", 7)
    monkeypatch.setattr(read_side, "BUCKETS_A_PAGE", 2)
    monkeypatch.setattr(reconciliation, "LOOK_UPS", 120)
    lines = [
        f'{{"paymentId": "p{number}", "userId": "u1", "amount": "1.00", "currency": "EUR", "description": "Mug",'
        f' "processedAt": "2011-0{1 + number % 9}-01T00:00:00Z"}}'
        for number in range(130)
    ]
    headers = {"content-type": "application/x-ndjson"}
    token = system.token("org-456")
    for some in batches(lines, 50):
        body = "\n".join(some).encode()
        answer = system.request("POST", "/v1/payments/import", body=body, token=token, headers=headers)
        assert answer.json["accepted"] == len(some)

    # Then all of them are missing, and none once they are projected
    assert [each.kind for each in differences(system)] == ["missing"] * 130
    system.project()
    assert differences(system) == []

    # And when the table forgets them, all of them are extra
    for number in range(130):
        system.dynamodb.delete_item(
            TableName=system.table_name, Key={"pk": {"S": payment_pk("org-456", f"p{number}")}, "sk": {"S": STATE}}
        )
    assert [each.kind for each in differences(system)] == ["extra"] * 130


def ops(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ops", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.skipif(os.environ.get("ENGINES") != "real", reason="real engines only: another process sees no moto")
def test_what_an_operator_types(system: System) -> None:
    # Given a payment whose event got lost
    requested(system, "lost")
    drain_unseen(system)
    # When an operator looks, mends, and looks again
    looked = ops("reconcile", "--grace", "0")
    mended = ops("reconcile", "--grace", "0", "--repair")
    after = ops("reconcile", "--grace", "0", "--json")
    # Then each says so, and by its exit code too
    difference = {
        "kind": "missing", "organizationId": "org-456", "paymentId": "lost", "expectedVersion": 1, "foundVersion": None
    }  # fmt: skip
    assert (looked.returncode, json.loads(looked.stdout)) == (1, difference)
    assert "differences: 1, left: 1" in looked.stderr
    assert (mended.returncode, json.loads(mended.stdout)) == (0, {**difference, "mended": True})
    assert (after.returncode, json.loads(after.stdout)["summary"]["sums"]) == (0, {"EUR": "100.00"})
