"""An engine dies or chokes under load and comes back: commands go on, and nothing is lost or doubled."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from common.engines.connections import Connections
from local.inprocess.runtime import FunctionError
from local.inprocess.system import System
from local.processes import Processes
from tests.faults.steps import (
    ORG,
    a_minute_passes,
    everything_is_projected,
    imported,
    nothing_is_lost_or_doubled,
    real_engines_only,
    redelivered_after,
)

pytestmark = real_engines_only

DOWN_SECONDS = 30
"""Beside the twenty seconds that OpenSearch takes to start."""
PACK = 20


class Importing:
    """Imports some payments after another, as long as the block lasts."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._stop = threading.Event()
        self.accepted = 0
        self.refused: list[str] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        thread = threading.Thread(target=self._until_stopped)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _until_stopped(self) -> None:
        while not self._stop.wait(0.1):
            ids = [f"payment-{number}" for number in range(self.accepted, self.accepted + PACK)]
            answer = imported(self._system, ids)
            if answer.status != 200 or answer.json["accepted"] != PACK:
                self.refused.append(answer.body.decode())
            self.accepted += PACK

    def has_imported(self, more: int) -> None:
        enough, deadline = self.accepted + more, time.monotonic() + 60
        while self.accepted < enough:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def search(system: System) -> tuple[int, int | None]:
    """The status and the total of a search for everything."""
    answer = system.request("GET", "/v1/payments", query={"limit": 1}, token=system.token(ORG))
    return answer.status, answer.json.get("total")


def queue_age_ms(system: System) -> int | None:
    answer = system.request("GET", "/v1/freshness", token=system.token(ORG, role="admin"))
    oldest: int | None = answer.json["queue"]["oldestMs"]
    return oldest


def eventually(holds: Callable[[], bool], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_opensearch_dies_under_load_and_comes_back(system: System, processes: Processes) -> None:
    # Ten deliveries: half of what the queue has for each message.
    redelivered_after(system, 5)
    importing = Importing(system)
    with system.running(), importing.going_on():
        # Given payments that come in and are projected all the time
        importing.has_imported(100)
        eventually(lambda: (search(system)[1] or 0) >= 100)

        # When OpenSearch is killed, and for a while is not there
        processes.kill("opensearch")
        during = importing.accepted
        time.sleep(DOWN_SECONDS)
        # Then queries say so, and commands go on
        assert search(system)[0] == 503
        assert importing.accepted > during + 100
        # And operators see for how long events have waited
        assert (queue_age_ms(system) or 0) > (DOWN_SECONDS - 5) * 1000

        # And when it is back, queries find all that came in meanwhile
        processes.restart("opensearch")
        accepted = importing.accepted
        eventually(lambda: (search(system)[1] or 0) >= accepted, within=60)
    assert importing.refused == []
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=importing.accepted)
    assert search(system) == (200, importing.accepted)
    assert queue_age_ms(system) is None


@pytest.mark.parametrize("failure", ["dies", "hangs"])
def test_redis_fails_under_load_and_comes_back(system: System, processes: Processes, failure: str) -> None:
    importing = Importing(system)
    with system.running(), importing.going_on():
        # Given answers in the cache
        importing.has_imported(40)
        eventually(lambda: (search(system)[1] or 0) >= 40)

        # When Redis dies with all that it knew, or hangs and keeps it
        if failure == "dies":
            processes.kill("redis")
        else:
            os.killpg(processes.pid("redis"), signal.SIGSTOP)
        try:
            # Then commands, projection and queries go on
            importing.has_imported(100)
            accepted = importing.accepted
            eventually(lambda: (search(system)[1] or 0) >= accepted)
        finally:
            if failure == "dies":
                processes.restart("redis")
            else:
                os.killpg(processes.pid("redis"), signal.SIGCONT)

        # And when it is back, no answer from before is given as one of now
        importing.has_imported(40)
        accepted = importing.accepted
        eventually(lambda: (search(system)[1] or 0) >= accepted)
    assert importing.refused == []
    everything_is_projected(system)
    assert search(system) == (200, importing.accepted)
    nothing_is_lost_or_doubled(system, payments=importing.accepted)


class Throttling:
    """DynamoDB without enough capacity: answers two in five calls with one of its three ways to say so."""

    def __init__(self) -> None:
        self._random = random.Random(7)  # noqa: S311  # no secret
        self.on = True
        self.refused: dict[str, int] = {}

    def answer(self, target: str) -> tuple[int, bytes] | None:
        service, _, operation = target.rpartition(".")
        if not service.startswith("DynamoDB") or not self.on or self._random.random() > 0.4:
            return None
        error = "ProvisionedThroughputExceededException"
        reasons = ""
        if operation == "TransactWriteItems" and self._random.random() < 0.5:
            error, reasons = "TransactionCanceledException", '{"Code": "ThrottlingError", "Message": "slow down"}'
        self.refused[error] = self.refused.get(error, 0) + 1
        kind = f"com.amazonaws.dynamodb.v20120810#{error}"
        return 400, f'{{"__type": "{kind}", "message": "slow down", "CancellationReasons": [{reasons}]}}'.encode()


@pytest.fixture
def throttling(system: System, monkeypatch: pytest.MonkeyPatch) -> Throttling:
    """For the functions' client; the story's own is not throttled."""
    throttling, ask = Throttling(), Connections.ask

    def throttled(
        connections: Connections, method: str, target: str, headers: Mapping[str, str], *more: Any
    ) -> tuple[int, bytes]:
        refused = throttling.answer(headers.get("x-amz-target", ""))
        return refused or ask(connections, method, target, headers, *more)

    monkeypatch.setattr(Connections, "ask", throttled)
    return throttling


def test_callers_who_try_again_get_through_a_dynamodb_that_throttles(system: System, throttling: Throttling) -> None:
    # Given callers who repeat a call, with its key, until they hear something else than "later"
    token = system.token(ORG)

    def call(payment_id: str, move: str, body: dict[str, str]) -> tuple[int, Any]:
        path = f"/v1/payments/{payment_id}/{move}" if move else "/v1/payments"
        headers = {"Idempotency-Key": f"{payment_id}-{move}"}
        answer = system.request("POST", path, body=body, token=token, headers=headers)
        return answer.status, answer.json

    money = {"amount": "100.00", "currency": "EUR"}
    later: dict[int, int] = {}
    for move, more in (("", {"description": "Blue mug"}), ("process", {})):
        left = {f"payment-{number}" for number in range(4)}
        deadline = time.monotonic() + 60
        while left:
            # When DynamoDB throttles
            for payment_id in sorted(left):
                named = {"paymentId": payment_id} if not move else {}
                status, answer = call(payment_id, move, {**money, **more, **named})
                if status in (200, 201):
                    left.remove(payment_id)
                    assert answer["version"] == (2 if move else 1)
                else:
                    # Then they are told to come later: 409 while the first call's key is still locked
                    assert status == 503 or "still running" in answer["detail"]
                    later[status] = later.get(status, 0) + 1
            assert time.monotonic() < deadline, f"{left} did not get through {move or 'request'}"
    assert later.get(503, 0) > 0
    assert throttling.refused.keys() == {"ProvisionedThroughputExceededException", "TransactionCanceledException"}

    # And what could not be marked as sent is sent again
    a_minute_passes(system)
    eventually(lambda: swept(system))
    throttling.on = False
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=4)


def swept(system: System) -> bool:
    try:
        return bool(system.sweep()["finished"])
    except FunctionError:
        return False
