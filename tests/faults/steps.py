"""What the stories of failures have in common: payments, the passing of time, and the proof at the end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from common.domain.instants import iso, now
from common.engines.table import OUTBOX_INDEX, OUTBOX_SHARDS
from common.payments.index import ALIAS_READ, document_id
from common.settings import Settings
from local.inprocess.gateway import HttpAnswer
from local.inprocess.runtime import FunctionError, LambdaFunction
from local.inprocess.schedule import Clock
from local.inprocess.system import System
from local.processes import Processes
from local.template import Schedule, Template, load
from operations_app import wiring
from tests.faults.proxy import Answer, Item, Send

ORG = "org-456"

real_engines_only = pytest.mark.skipif(
    os.environ.get("ENGINES") != "real", reason="real engines only (ENGINES=real): failures of moto prove nothing"
)


class Elsewhere(LambdaFunction):
    """A function that runs in a new process for each invocation, and dies in it at a botocore event when told to."""

    def __init__(self, name: str, die_at: str | None = None, nth: int = 1) -> None:
        super().__init__(Template(load(), {}).functions()[name])
        self._argv = [sys.executable, "-m", "tests.faults.worker", name]
        if die_at:
            self._argv += ["--die-at", die_at, "--nth", str(nth)]

    def invoke(self, event: object) -> Any:
        """Raises FunctionError where the process was killed, as Lambda reports it."""
        ended = subprocess.run(  # noqa: S603
            self._argv, input=json.dumps(event).encode(), capture_output=True, env=child_environment(), check=False
        )
        if ended.returncode == -signal.SIGKILL:
            raise FunctionError(f"{self.name}: Runtime exited with error: signal: killed")
        assert ended.returncode == 0, ended.stderr.decode()
        return json.loads(ended.stdout.splitlines()[-1])


class Killer:
    """Kills a process at the first bulks that it sends; which of them arrive all the same, nobody tells it."""

    def __init__(self, processes: Processes, name: str, arrives: Sequence[bool]) -> None:
        self._processes = processes
        self._name = name
        self._arrives = list(arrives)
        self._struck = threading.Event()

    def __call__(self, items: Sequence[Item], send: Send) -> Answer:
        if not self._arrives:
            return send(items)
        if self._arrives.pop(0):
            send(items)
        os.killpg(self._processes.pid(self._name), signal.SIGKILL)
        self._struck.set()
        return {"items": []}

    def wait(self) -> None:
        assert self._struck.wait(30)
        self._struck.clear()
        self._processes.kill(self._name)


@contextmanager
def commands_die_at(system: System, event: str, nth: int = 1) -> Iterator[None]:
    """Within the block, commands run in processes that are killed there."""
    alive = system.functions["CommandFunction"]
    system.functions["CommandFunction"] = Elsewhere("CommandFunction", event, nth)
    yield
    system.functions["CommandFunction"] = alive


def child_environment() -> dict[str, str]:
    """This process's environment, in which a child finds the same modules."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def requested(system: System, payment_id: str, *, key: str | None = None) -> HttpAnswer:
    """A request for a payment of 100.00 EUR."""
    body = {"paymentId": payment_id, "amount": "100.00", "currency": "EUR", "description": "Blue mug"}
    headers = {"Idempotency-Key": key} if key else {}
    return system.request("POST", "/v1/payments", body=body, token=system.token(ORG), headers=headers)


def imported(system: System, payment_ids: Iterable[str]) -> HttpAnswer:
    """An import of completed payments of 1.00 EUR."""
    line = {"userId": "u1", "amount": "1.00", "currency": "EUR", "description": "Red cup"}
    lines = (
        json.dumps({"paymentId": payment_id, "processedAt": f"2011-01-{1 + number % 28:02d}T00:00:00Z", **line})
        for number, payment_id in enumerate(payment_ids)
    )
    headers = {"content-type": "application/x-ndjson"}
    return system.request(
        "POST", "/v1/payments/import", body="\n".join(lines).encode(), token=system.token(ORG), headers=headers
    )


def redelivered_after(system: System, seconds: int, queue_url: str | None = None) -> None:
    """The queue delivers a message again that soon, so that a story need not wait for the template's three minutes."""
    url = queue_url or system.queue_url
    system.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})


def marks(system: System) -> list[Mapping[str, Any]]:
    """The keys of the first events of all commits that are not known to be sent."""
    return [
        item
        for shard in OUTBOX_SHARDS
        for item in system.dynamodb.query(
            TableName=system.table_name,
            IndexName=OUTBOX_INDEX,
            KeyConditionExpression="outbox = :shard",
            ExpressionAttributeValues={":shard": {"S": shard}},
        )["Items"]
    ]


def a_minute_passes(system: System) -> None:
    """What is not sent becomes a minute older, so that the sweep no longer leaves it to its command."""
    minute_ago = iso(now() - timedelta(minutes=1))
    for item in marks(system):
        system.dynamodb.update_item(
            TableName=system.table_name,
            Key={"pk": item["pk"], "sk": item["sk"]},
            UpdateExpression="SET occurredAt = :earlier",
            ExpressionAttributeValues={":earlier": {"S": minute_ago}},
        )


def swept_elsewhere(die_at: str | None = None, nth: int = 1) -> Any:
    """The scheduled sweep, in a process of its own. Raises FunctionError where that one dies."""
    return Clock(Schedule("OutboxSweepFunction", 60), Elsewhere("OutboxSweepFunction", die_at, nth)).tick()


def everything_is_projected(system: System, within: float = 60) -> None:
    """The projector runs until the queue has nothing left; what failed is delivered again at once."""
    deadline = time.monotonic() + within
    while True:
        system.project()
        system.poller.release()
        if not waiting(system, system.queue_url):
            return
        assert time.monotonic() < deadline, f"{waiting(system, system.queue_url)} messages are left"


def waiting(system: System, queue_url: str) -> int:
    """Messages in a queue, those under way included."""
    names: Sequence[Any] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = system.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(map(int, counts.values()))


def eventually_empty(system: System, queue_url: str | None = None) -> None:
    """Wait until a queue is."""
    for _ in range(300):
        if not waiting(system, queue_url or system.queue_url):
            return
        time.sleep(0.1)
    pytest.fail(f"{waiting(system, queue_url or system.queue_url)} messages are left")


def shown(system: System, payment_id: str) -> dict[str, Any]:
    """The document of a payment."""
    found = system.opensearch.get(index=ALIAS_READ, id=document_id(ORG, payment_id), routing=ORG)
    document: dict[str, Any] = found["_source"]
    return document


def nothing_is_lost_or_doubled(system: System, payments: int, poison: int = 0) -> None:
    """What `python -m ops reconcile` compares, all of it; and one document a payment, no mark, no dead letter."""
    reconciliation = wiring.reconciliation_of(Settings.from_env(), grace_seconds=0)
    comparison = reconciliation.compare()
    assert list(reconciliation.differences(comparison)) == []
    assert (comparison.payments, comparison.differing) == (payments, {})
    assert system.opensearch.count(index=ALIAS_READ)["count"] == payments
    assert marks(system) == []
    assert waiting(system, system.dead_letter_url) == poison
