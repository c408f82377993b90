"""The projector dies in mid-bulk, and the index refuses some of it: what was sent is shown, once."""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

from common.batches import batches
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.system import System
from local.processes import Processes
from tests.builders import event_of, payment_state
from tests.faults.proxy import Answer, Item, SearchProxy, Send
from tests.faults.steps import (
    ORG,
    Killer,
    child_environment,
    eventually_empty,
    everything_is_projected,
    imported,
    nothing_is_lost_or_doubled,
    real_engines_only,
    redelivered_after,
    requested,
    waiting,
)

pytestmark = real_engines_only

PROJECTOR = "projector-that-dies"


def total(system: System) -> int:
    answer = system.request("GET", "/v1/payments", query={"limit": 1}, token=system.token(ORG))
    found: int = answer.json["total"]
    return found


def test_a_projector_killed_in_mid_bulk_loses_and_doubles_nothing(
    system: System, engines: Engines, tmp_path: Path
) -> None:
    # Given 1,500 payments that wait for the projector, and somebody who has just seen that there are none
    for ids in batches([f"payment-{number}" for number in range(1_500)], 500):
        assert imported(system, ids).json["accepted"] == 500
    redelivered_after(system, 4)
    assert total(system) == 0
    with Processes(tmp_path) as processes:
        killer = Killer(processes, PROJECTOR, arrives=(False, True))
        with SearchProxy(engines.opensearch_url, killer) as proxy:
            # When the projector is killed as its bulk leaves, again as the answer comes, and then lives
            argv = [sys.executable, "-m", "tests.faults.worker", "ProjectorFunction", "--poll", system.queue_url]
            environment = {**child_environment(), "OPENSEARCH_URL": proxy.url}
            processes.start(PROJECTOR, argv, ready=lambda: True, env=environment)
            killer.wait()
            processes.restart(PROJECTOR)
            killer.wait()
            processes.restart(PROJECTOR)
            # Then the queue gives it again what it had not finished
            eventually_empty(system)
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=1_500)
    # And nobody is answered from before
    assert total(system) == 1_500


class Overloaded:
    """Refuses a third of the documents of each bulk, as OpenSearch does when its write queue is full."""

    def __init__(self) -> None:
        self._random = random.Random(7)  # noqa: S311  # no secret
        self.refused = 0

    def __call__(self, items: Sequence[Item], send: Send) -> Answer:
        taken = [self._random.random() > 1 / 3 for _ in items]
        sent = [item for item, yes in zip(items, taken, strict=True) if yes]
        results = iter(send(sent)["items"] if sent else [])
        self.refused += len(items) - len(sent)
        answers = [next(results) if yes else _refusal() for yes in taken]
        return {"errors": len(sent) < len(items), "items": answers}


def _refusal() -> Answer:
    reason = "rejected execution of coordinating operation [coordinating_and_primary_bytes=0]"
    return {"index": {"status": 429, "error": {"type": "rejected_execution_exception", "reason": reason}}}


def test_documents_that_an_overloaded_index_refuses_come_again(engines: Engines, identity: Identity) -> None:
    overloaded = Overloaded()
    with (
        SearchProxy(engines.opensearch_url, overloaded) as proxy,
        System(engines, identity, {"OPENSEARCH_URL": proxy.url}) as system,
    ):
        # Given 500 payments
        assert imported(system, [f"payment-{number}" for number in range(500)]).json["accepted"] == 500
        # When the index takes only a part of each bulk
        taken = system.project()
        assert taken == 500
        assert 100 < waiting(system, system.queue_url) < 250
        # Then only the others come again, until all are there
        everything_is_projected(system)
        assert 200 < overloaded.refused < 300
        nothing_is_lost_or_doubled(system, payments=500)


def test_poison_among_a_thousand_messages_hurts_none_of_them(system: System) -> None:
    # Given 1,000 good messages, and among them three that nobody can project
    ids = [f"payment-{number}" for number in range(1_000)]
    assert imported(system, ids[:500]).json["accepted"] == 500
    # Longer than OpenSearch takes a keyword.
    unmappable = event_of(payment_state(payment_id="unmappable", user_id="x" * 40_000))
    for body in ("no event at all", '{"eventId": "1"}', unmappable.to_json()):
        system.sqs.send_message(QueueUrl=system.queue_url, MessageBody=body)
    assert imported(system, ids[500:]).json["accepted"] == 500

    # When all of them are projected
    assert system.project() == 1_003

    # Then the good ones are shown, and the others wait for a person, at once and not after twenty tries
    assert waiting(system, system.queue_url) == 0
    nothing_is_lost_or_doubled(system, payments=1_000, poison=3)
    reasons = set()
    while letters := system.sqs.receive_message(
        QueueUrl=system.dead_letter_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        reasons |= {letter["MessageAttributes"]["reason"]["StringValue"].split(" ")[0] for letter in letters}
    assert reasons == {"not", "schemaVersion", "OpenSearch"}


def test_everything_delivered_twice_and_in_any_order_changes_nothing(system: System) -> None:
    # Given payments with histories of several events
    token = system.token(ORG)
    for number in range(40):
        assert requested(system, f"payment-{number}").status == 201
        path = f"/v1/payments/payment-{number}"
        for move, body in (
            ("process", {"amount": "100.00", "currency": "EUR"}),
            ("refund", {"amount": "40.00"}),
            ("refund", {"amount": "60.00"}),
        ):
            assert system.request("POST", f"{path}/{move}", body=body, token=token).status == 200

    # When the queue gives each message twice, and in no order
    bodies = []
    while messages := system.sqs.receive_message(QueueUrl=system.queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            system.sqs.delete_message(QueueUrl=system.queue_url, ReceiptHandle=message["ReceiptHandle"])
    assert len(bodies) == 160
    twice = [*bodies, *bodies]
    random.Random(7).shuffle(twice)  # noqa: S311  # no secret
    for part in batches(twice, 40):
        for doubled in part:
            system.sqs.send_message(QueueUrl=system.queue_url, MessageBody=doubled)
        system.project()

    # Then every payment is shown once, as it is now
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=40)
    found = system.request("GET", "/v1/payments", query={"limit": 100}, token=token).json["payments"]
    assert {(payment["version"], payment["status"], payment["refundAmount"]) for payment in found} == {
        (4, "refunded", "100.00")
    }
