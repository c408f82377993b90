"""`python -m bench.cost.usage`: counts what each operation asks of AWS.

Writes bench/usage.json, which `python -m bench.cost` reads. On this machine's real engines it also measures times and
weighs the index; with --counts it counts on the default engines, and leaves those as they are.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console

from bench.cost.meter import Meter
from bench.harness import logs_aside, seconds
from bench.seed import PAYMENTS_EACH, seed
from common.payments.index import FIRST_INDEX
from common.settings import Settings
from local.engines import Engines
from local.engines.default import start_default
from local.engines.real import start_real
from local.inprocess.gateway import HttpAnswer
from local.inprocess.system import System
from local.places import ENGINES, LOCAL, ROOT
from local.processes import LocalError, Processes

USAGE = ROOT / "bench" / "usage.json"
IMPORTED = 50
"""Payments of the import, which are then projected in one batch."""
ROUNDS = 5
"""After one that does not count."""
_INDEXED = 50_000
"""Payments whose index is weighed: so many that what an empty index weighs does not count."""

Usage = dict[str, Any]
_Operation = tuple[str, Callable[[], object]]


@contextmanager
def metered(engines: Engines) -> Iterator[tuple[Meter, System]]:
    """An empty system all of whose calls are counted."""
    meter = Meter(engines)
    try:
        with System(engines) as system:
            yield meter, system
    finally:
        meter.close()


def measure(meter: Meter, system: System) -> Usage:
    """Run each operation in its usual way, and count what it did."""
    operations: dict[str, dict[str, float]] = {}
    for name, operation in _operations(system, "counted"):
        stored, indexed = meter.table.stored(), _documents(system)
        with meter.measured() as counts:
            answer = operation()
        if isinstance(answer, bytes):
            counts["api.bytes"] = len(answer)
        counts["table.bytes"] = meter.table.stored() - stored
        counts["opensearch.documents"] = _documents(system) - indexed
        operations[name] = {what: count for what, count in sorted(counts.items()) if count}
    operations["import"]["payments"] = IMPORTED
    return {"operations": operations, "metrics": sorted(meter.metrics)}


def timed(system: System) -> Mapping[str, float]:
    """Milliseconds of each operation's best round, on a system without a meter: other work only makes it longer."""
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS + 1):
        for name, operation in _operations(system, f"round-{number}"):
            taken[name].append(seconds(operation) * 1_000)
    return {name: round(min(of[1:]), 2) for name, of in taken.items()}


def _operations(system: System, name: str) -> Iterator[_Operation]:
    """One after another, each leaving what the next needs; the name keeps one pass apart from another."""
    token = system.token(name)

    def post(path: str, body: object, expected: int = 200, **headers: str) -> Callable[[], bytes]:
        return lambda: _good(system.request("POST", path, body=body, headers=_dashed(headers), token=token), expected)

    def get(path: str, **query: str) -> Callable[[], bytes]:
        return lambda: _good(system.request("GET", path, query=query, token=token), 200)

    def project() -> None:
        system.poller.drain()

    payment = {"amount": "100.00", "currency": "EUR", "description": "WHITE HANGING HEART T-LIGHT HOLDER"}
    lines = [
        orjson.dumps({"paymentId": f"old-{n}", "userId": f"user-{n}", "processedAt": "2011-01-31T12:00:00Z", **payment})
        for n in range(IMPORTED)
    ]
    post("/v1/payments", {"paymentId": "first", **payment}, 201)()
    system.project()

    for number in (1, 2):
        body = {"paymentId": f"payment-{number}", "userId": "user-1", "metadata": {"tags": ["gift"]}, **payment}
        yield "request", post("/v1/payments", body, 201, idempotency_key=f"{name}-{number}")
    yield "process", post("/v1/payments/payment-1/process", {"amount": "100.00", "currency": "EUR"})
    yield "refund", post("/v1/payments/payment-1/refund", {"amount": "10.00", "reason": "damaged"})
    system.project()
    yield "fail", post("/v1/payments/payment-2/fail", {"error": "card declined"})
    yield "project one", project
    yield "import", post("/v1/payments/import", b"\n".join(lines), content_type="application/x-ndjson")
    yield "project import", project
    system.project()
    # Until then answers are kept for an instant only: the index may not show the import yet.
    time.sleep(2 * Settings.from_env().refresh_interval_ms / 1_000)
    yield "get", get("/v1/payments/payment-1")
    yield "statistics", get("/v1/payments/statistics")
    yield "search", get("/v1/payments", q="heart")
    yield "search kept here", get("/v1/payments", q="heart")
    with system.rewired({}):
        yield "search kept there", get("/v1/payments", q="heart")
    yield "sweep", system.sweep
    yield "alerts", system.alert
    yield "reconcile", system.reconcile


def _dashed(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _good(answer: HttpAnswer, expected: int) -> bytes:
    if answer.status != expected:
        raise RuntimeError(f"answered {answer.status}: {answer.body!r}")
    return answer.body


def _documents(system: System) -> int:
    system.opensearch.indices.refresh(index=FIRST_INDEX)
    count: int = system.opensearch.count(index=FIRST_INDEX)["count"]
    return count


def _index_bytes(system: System, console: Console) -> float:
    """A document's share of its index, without replicas."""
    seed(system.opensearch, FIRST_INDEX, _INDEXED // PAYMENTS_EACH, console)
    whole = system.opensearch.indices.stats(index=FIRST_INDEX, metric="store,docs")["_all"]["primaries"]
    return float(whole["store"]["size_in_bytes"] / whole["docs"]["count"])


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", action="store_true", help="count only, on the default engines")
    measured = _counted if parser.parse_args().counts else _measured
    console = Console(stderr=True)
    try:
        with Processes(LOCAL / "logs" / "usage") as processes, logs_aside():
            usage = measured(processes, console)
    except LocalError as error:
        console.print(f"error: {error}", style="red")
        return 1
    USAGE.write_bytes(orjson.dumps(usage, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    console.print(f"written: {USAGE}")
    return 0


def _counted(processes: Processes, _: Console) -> Usage:
    with metered(start_default(processes)) as (meter, system):
        return {**orjson.loads(USAGE.read_bytes()), **measure(meter, system)}


def _measured(processes: Processes, console: Console) -> Usage:
    engines = start_real(processes, ENGINES)
    with System(engines) as system:
        milliseconds = timed(system)
    with metered(engines) as (meter, system):
        usage = measure(meter, system)
        index_bytes = round(_index_bytes(system, console))
    return {**usage, "milliseconds": milliseconds, "indexBytesADocument": index_bytes}


if __name__ == "__main__":
    sys.exit(main())
