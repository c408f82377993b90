"""What a fresh process of each function costs: time until it is wired, and memory at a full batch."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from statistics import median

from bench.harness import Figure, Limit
from bench.world import World
from local.places import ROOT
from local.template import Template, load

ROUNDS = 7
_BASE = "import boto3, aws_lambda_powertools"
WIRED: Mapping[str, str | None] = {
    "command_app.payments_handler": "command_app.payments.wiring.command_bus",
    "command_app.sweep_handler": "command_app.payments.wiring.outbox",
    "command_app.logs_handler": "command_app.logs.wiring.command_bus",
    "projector_app.payments_handler": "projector_app.payments.wiring.projector",
    "projector_app.index_handler": None,
    "query_app.payments_handler": "query_app.payments.wiring.bus",
    "query_app.exports_handler": "query_app.payments.exports.wiring.bus",
    "query_app.export_worker_handler": "query_app.payments.exports.worker_wiring.worker",
    "query_app.searches_handler": "query_app.payments.saved.wiring.bus",
    "query_app.alerts_handler": "query_app.payments.saved.alerts_wiring.alerts",
    "operations_app.reconcile_handler": "operations_app.wiring.reconciliation",
}
"""What a handler's first call builds, if anything."""


def measure_cold_start(_: World) -> Sequence[Figure]:
    """Each function's import and first wiring against the bare import of what they all use; the slowest counts."""
    handlers = sorted({f.handler.rpartition(".")[0] for f in Template(load(), {}).functions().values()})
    rounds: dict[str, list[float]] = {handler: [] for handler in handlers}
    bases = []
    for _round in range(ROUNDS):
        base = _milliseconds(_BASE)
        bases.append(base)
        for handler in handlers:
            rounds[handler].append(_milliseconds(_start(handler)) / base)
    ratios = {handler: median(measured) for handler, measured in rounds.items()}
    named = ", ".join(f"{handler.replace('_app.', ' ')} {ratio:.2f}" for handler, ratio in ratios.items())
    detail = f"{named}; alone {median(bases):.0f} ms"
    return [Figure("cold start", "x bare", max(ratios.values()), Limit(1.6, 1.2), detail)]


def measure_memory(_: World) -> Sequence[Figure]:
    """The most that a projector's process holds while it takes a batch."""
    peak = float(_run("from bench.rows.memory import main; main()"))
    return [Figure("projector memory", "MB", peak, Limit(192, 128), "peak of the process at 1,000 messages")]


def _start(handler: str) -> str:
    wired = WIRED[handler]
    return f"import {handler}" + (f", {wired.rpartition('.')[0]}\n{wired}()" if wired else "")


def _milliseconds(code: str) -> float:
    """Of the code in a process of its own, its interpreter's start not counted."""
    return float(
        _run(f"import time\nstarted = time.perf_counter()\n{code}\nprint((time.perf_counter() - started) * 1000)")
    )


def _run(code: str) -> str:
    """The last line that a program says."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.splitlines()[-1]
