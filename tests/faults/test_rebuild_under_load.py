"""A rebuild that is killed and goes on, takes over, comes back and takes over again, while callers never notice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from common.settings import Settings
from local.inprocess.system import System
from operations_app import maintenance_wiring
from operations_app.ports import Roles

pytestmark = pytest.mark.skipif(
    os.environ.get("ENGINES") != "real", reason="real engines only (ENGINES=real): moto cannot serve several threads"
)

OLD, NEW = "payments-000001", "payments-000002"


class Callers:
    """One who requests and processes payments, and one who looks for each that was ever seen, as fast as they can."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._token = system.token("org-456", user="caller")
        self._stop = threading.Event()
        self.sold = 0
        self.looks = 0
        self.complaints: list[str] = []

    @contextmanager
    def trading(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._until_stopped, args=(part,)) for part in (self._sell, self._look)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def wait_for(self, sold: int) -> None:
        deadline = time.monotonic() + 60
        while self.sold < sold and not self.complaints:
            assert time.monotonic() < deadline, f"only {self.sold} sold"
            time.sleep(0.05)

    def _until_stopped(self, part: Callable[[], None]) -> None:
        while not self._stop.is_set():
            part()

    def _sell(self) -> None:
        payment_id = f"live-{self.sold}"
        requested = {"paymentId": payment_id, "amount": "1.00", "currency": "EUR", "description": "Blue mug"}
        self._expect(201, "POST", "/v1/payments", requested)
        self._expect(200, "POST", f"/v1/payments/{payment_id}/process", {"amount": "1.00", "currency": "EUR"})
        self.sold += 1

    _seen_total = 0
    _seen_versions: dict[str, int] = {}

    def _look(self) -> None:
        found = self._expect(200, "GET", "/v1/payments?q=mug&sort=-processedAt&limit=20", None)
        if found["total"] < self._seen_total:
            self.complaints.append(f"{found['total']} hits after {self._seen_total}")
        self._seen_total = found["total"]
        self._seen_versions = {
            **dict(list(self._seen_versions.items())[-40:]),
            **{payment["paymentId"]: payment["version"] for payment in found["payments"]},
        }
        for payment_id, version in self._seen_versions.items():
            shown = self._expect(200, "GET", f"/v1/payments/{payment_id}", None)
            if shown.get("version", 0) < version:
                self.complaints.append(f"{payment_id} at {shown.get('version')} after {version}")
        self.looks += 1

    def _expect(self, status: int, method: str, target: str, body: object) -> Any:
        path, _, query = target.partition("?")
        parameters = dict(pair.split("=") for pair in query.split("&")) if query else None
        answer = self._system.request(method, path, body=body, query=parameters, token=self._token)
        if answer.status != status:
            self.complaints.append(f"{method} {target}: {answer.status} {answer.body.decode()[:200]}")
        return answer.json


def rebuild_command(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "ops", "rebuild", *arguments]
    path = os.pathsep.join(sys.path)
    return subprocess.Popen(  # noqa: S603
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finished(process: "subprocess.Popen[str]") -> str:
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0, told
    return told


def test_callers_notice_nothing_of_a_rebuild(system: System) -> None:
    # Given a good many payments, and callers who go on all the time
    token = system.token("org-456")
    for start in range(0, 3_000, 1_000):
        lines = (
            f'{{"paymentId": "old-{start + number}", "userId": "u1", "amount": "1.00", "currency": "EUR",'
            f' "description": "Red cup", "processedAt": "2011-01-{1 + number % 28:02d}T00:00:00Z"}}'
            for number in range(1_000)
        )
        headers = {"content-type": "application/x-ndjson"}
        body = "\n".join(lines).encode()
        assert system.request("POST", "/v1/payments/import", body=body, token=token, headers=headers).status == 200
    system.project()
    callers, rebuild = Callers(system), maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=2)
    with system.running(), callers.trading():
        callers.wait_for(sold=5)

        # When a rebuild is killed in the middle of its backfill
        slow = ("--rate", "400", "--page", "100", "--segments", "2", "--grace", "2")
        killed = rebuild_command(*slow)
        deadline = time.monotonic() + 60
        while sum(position.scanned for position in rebuild.status()[1]) < 1_000:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        _, positions, segments = rebuild.status()
        assert segments == 2
        assert not all(position.done for position in positions)

        # And goes on and takes over, comes back, and takes over again
        told = finished(rebuild_command("--page", "100", "--segments", "2", "--grace", "2"))
        assert f"serving: {NEW}" in told
        callers.wait_for(callers.sold + 5)
        assert f"serving: {OLD}" in finished(rebuild_command("rollback"))
        callers.wait_for(callers.sold + 5)
        assert f"serving: {NEW}" in finished(rebuild_command("swap", "--grace", "2"))
        callers.wait_for(callers.sold + 5)
        assert f"dropped {OLD}" in finished(rebuild_command("drop"))
        callers.wait_for(callers.sold + 5)

    # Then nobody saw an error, nor missed what they had seen before
    assert callers.complaints == []
    assert callers.looks > 10
    # And nothing is lost and nothing doubled
    system.project()
    assert rebuild.status()[0] == Roles(live=NEW)
    report = system.reconcile()
    assert (report["payments"], report["differences"]) == (3_000 + callers.sold, 0)
