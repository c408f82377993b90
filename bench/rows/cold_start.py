"""What a fresh process of each function takes until it is wired, from its archive and with its environment on AWS."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.harness import Figure, Limit
from bench.world import World
from local.engines import REGION
from local.template import Template, load

ROUNDS = 5
_BASE = "import boto3, aws_lambda_powertools"
WIRED: Mapping[str, Sequence[str]] = {
    "command_app.payments_handler": ["command_app.payments.wiring.command_bus"],
    "command_app.logs_handler": ["command_app.logs.wiring.command_bus"],
    "command_app.logs_subscription_handler": ["command_app.logs.wiring.command_bus"],
    "command_app.metrics_handler": ["command_app.metrics.wiring.command_bus"],
    "command_app.health_handler": ["command_app.metrics.wiring.command_bus"],
    "command_app.sweep_handler": [
        "command_app.payments.outbox_wiring.outbox",
        "command_app.payments.sweep_wiring.queue_watch",
    ],
    "projector_app.payments_handler": ["projector_app.payments.wiring.projector"],
    "projector_app.logs_handler": ["projector_app.logs.wiring.projector"],
    "projector_app.metrics_handler": ["projector_app.metrics.wiring.projector"],
    "projector_app.index_handler": [],
    "query_app.payments_handler": ["query_app.payments.wiring.bus"],
    "query_app.logs_handler": ["query_app.logs.wiring.bus"],
    "query_app.metrics_handler": ["query_app.metrics.wiring.bus"],
    "query_app.dashboards_handler": ["query_app.metrics.dashboards.wiring.bus"],
    "query_app.trace_handler": ["query_app.trace.wiring.bus"],
    "query_app.exports_handler": ["query_app.payments.exports.wiring.bus"],
    "query_app.export_worker_handler": ["query_app.payments.exports.worker_wiring.worker"],
    "query_app.searches_handler": ["query_app.saved.wiring.bus"],
    "query_app.alerts_handler": ["query_app.saved.alerts_wiring.alerts"],
    "operations_app.operations_handler": [
        "operations_app.operations_wiring.overview",
        "operations_app.operations_wiring.letters",
    ],
    "operations_app.reconcile_handler": ["operations_app.wiring.reconciliation", "operations_app.wiring.findings"],
}
"""What a handler's first call builds."""

_FROM_LAMBDA = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
}
_VALUES = {
    **{name: f"https://{name}" for name in load()["Resources"]},
    "SearchDomain.DomainEndpoint": "search",
    "Cache.Endpoint.Address": "cache",
    "Cache.Endpoint.Port": "6379",
    "CursorKey.SecretString": "0" * 32,
}
"""Of what the template refers to; nothing of it is called."""


def measure(world: World) -> Sequence[Figure]:
    """Each function's import and first wiring against the bare import of what they all use; the slowest counts."""
    template = Template(load(), _VALUES)
    rounds: dict[str, list[float]] = {name: [] for name in template.functions()}
    bases = []
    for _round in range(ROUNDS):
        for name, function in template.functions().items():
            code, layer, _ = world.built.paths(name)
            base = _milliseconds(_BASE, [layer], {})
            taken = _milliseconds(_start(function.handler), [code, layer], template.environment(name))
            bases.append(base)
            rounds[name].append(taken / base)
    ratios = {name: median(measured) for name, measured in rounds.items()}
    named = ", ".join(f"{name.removesuffix('Function')} {ratio:.2f}" for name, ratio in ratios.items())
    detail = f"{named}; alone {median(bases):.0f} ms"
    return [Figure("cold start", "x bare", max(ratios.values()), Limit(1.6, 1.2), detail)]


def _start(handler: str) -> str:
    module = handler.rpartition(".")[0]
    calls = [f"import {built.rpartition('.')[0]}; {built}()" for built in WIRED[module]]
    return "\n".join([f"import {module}", *calls])


def _milliseconds(code: str, path: Sequence[Path], environment: Mapping[str, str]) -> float:
    """Of the code in a process of its own, its interpreter's start not counted."""
    program = f"""
import sys, time
sys.path[:0] = {list(map(str, path))!r}
started = time.perf_counter()
{code}
print((time.perf_counter() - started) * 1000)
"""
    argv = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(argv, env={**_FROM_LAMBDA, **environment}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout.splitlines()[-1])
