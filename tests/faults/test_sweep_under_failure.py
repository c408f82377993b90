"""A process is killed at each point between the commit, the send and the mark: nothing is lost, nothing doubled."""

import pytest

from common.engines.table import PACKS_SHARD
from local.inprocess.runtime import FunctionError
from local.inprocess.system import System
from tests.faults.steps import (
    ORG,
    a_minute_passes,
    commands_die_at,
    everything_is_projected,
    imported,
    marks,
    nothing_is_lost_or_doubled,
    real_engines_only,
    redelivered_after,
    requested,
    shown,
    swept_elsewhere,
)

pytestmark = real_engines_only

COMMIT, SEND = "dynamodb.TransactWriteItems", "sqs.SendMessage"
UNMARK, UNMARK_MANY = "dynamodb.UpdateItem", "dynamodb.BatchExecuteStatement"


def history(system: System, payment_id: str) -> list[int]:
    answer = system.request("GET", f"/v1/payments/{payment_id}/history", token=system.token(ORG))
    return [event["version"] for event in answer.json["events"]] if answer.status == 200 else []


def test_a_command_killed_before_its_commit_has_done_nothing(system: System) -> None:
    # Given a command that is killed right before its commit
    with commands_die_at(system, f"before-call.{COMMIT}"):
        assert requested(system, "payment-123").status == 500
    a_minute_passes(system)
    assert swept_elsewhere() == {"sent": 0, "finished": True}
    assert history(system, "payment-123") == []

    # When the caller, who heard nothing, asks again
    assert requested(system, "payment-123").status == 201

    # Then it is done, once
    everything_is_projected(system)
    assert history(system, "payment-123") == [1]
    nothing_is_lost_or_doubled(system, payments=1)


@pytest.mark.parametrize(
    ("die_at", "swept"),
    [
        (f"after-call.{COMMIT}", 1),
        (f"before-call.{SEND}", 1),
        (f"after-call.{SEND}", 1),
        (f"before-call.{UNMARK}", 1),
        (f"after-call.{UNMARK}", 0),
    ],
)
def test_a_command_killed_after_its_commit_is_done_once(system: System, die_at: str, swept: int) -> None:
    # Given a command that is killed on its way from the commit to its answer
    with commands_die_at(system, die_at):
        assert requested(system, "payment-123", key="key-1").status == 500
    assert len(marks(system)) == swept

    # When the sweep runs a minute later, and the caller, who heard nothing, asks again
    a_minute_passes(system)
    assert swept_elsewhere() == {"sent": swept, "finished": True}
    again = requested(system, "payment-123", key="key-1")

    # Then the first answer comes, and there is one event, one document, and no mark
    assert (again.status, again.json["version"], again.headers["idempotent-replay"]) == (201, 1, "true")
    everything_is_projected(system)
    assert history(system, "payment-123") == [1]
    assert (shown(system, "payment-123")["status"], shown(system, "payment-123")["version"]) == ("requested", 1)
    nothing_is_lost_or_doubled(system, payments=1)


@pytest.mark.parametrize(
    ("die_at", "nth"),
    [
        (f"after-call.{COMMIT}", 1),
        (f"after-call.{SEND}Batch", 1),
        (f"after-call.{SEND}Batch", 4),
        (f"before-call.{UNMARK}", 1),
        (f"before-call.{UNMARK}", 2),
    ],
)
def test_an_import_killed_between_its_packs_is_done_once(system: System, die_at: str, nth: int) -> None:
    # Given an import of several transactions that is killed among them
    ids = [f"payment-{number}" for number in range(120)]
    with commands_die_at(system, die_at, nth):
        assert imported(system, ids).status == 500
    assert marks(system) != []

    # When the sweep runs a minute later, and the caller imports the same again
    a_minute_passes(system)
    assert swept_elsewhere()["finished"] is True
    again = imported(system, ids).json

    # Then all are there, each once
    assert again["accepted"] + again["duplicates"] == 120
    assert again["duplicates"] > 0
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=120)


@pytest.mark.parametrize(
    ("die_at", "nth"),
    [
        ("after-call.dynamodb.Query", 4),
        ("after-call.dynamodb.BatchGetItem", 1),
        (f"after-call.{SEND}Batch", 1),
        (f"before-call.{UNMARK_MANY}", 1),
        (f"after-call.{UNMARK_MANY}", 1),
        ("after-call.dynamodb.BatchGetItem", 2),
        (f"after-call.{SEND}Batch", 3),
        (f"before-call.{UNMARK}", 1),
        (f"after-call.{UNMARK}", 1),
    ],
)
def test_a_sweep_that_is_killed_is_finished_by_the_next(system: System, die_at: str, nth: int) -> None:
    # Given two events that were committed each on its own, 38 that were committed together, and none of them sent
    ids = [f"payment-{number}" for number in range(40)]
    with commands_die_at(system, f"after-call.{COMMIT}"):
        assert [requested(system, payment_id).status for payment_id in ids[:2]] == [500, 500]
        assert imported(system, ids[2:]).status == 500
    assert len(marks(system)) == 3
    a_minute_passes(system)

    # When the sweep is killed in the middle of its work, and the projector takes what it had sent
    redelivered_after(system, 5)
    with pytest.raises(FunctionError, match="killed"):
        swept_elsewhere(die_at, nth)
    left = sum(38 if mark["outbox"]["S"] == PACKS_SHARD else 1 for mark in marks(system))
    everything_is_projected(system)

    # Then the next sweep sends what was left
    assert swept_elsewhere() == {"sent": left, "finished": True}
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=40)
