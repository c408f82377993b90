"""Imports point inward: the contracts stand in pyproject.toml, and this holds the code to them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("layers/common", "functions/command", "functions/projector", "functions/query", "functions/operations", ".")


def test_imports_keep_the_contracts() -> None:
    paths = [str(ROOT / package) for package in PACKAGES]
    program = (
        f"import sys; sys.path[:0] = {paths!r}; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    )
    checked = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_importing_a_handler_builds_no_client_and_no_parser_and_reads_no_settings() -> None:
    # Given an environment in which neither a client could be built nor a setting be found
    handlers = (
        "command_app.payments_handler",
        "command_app.sweep_handler",
        "command_app.logs_handler",
        "command_app.logs_subscription_handler",
        "command_app.metrics_handler",
        "command_app.health_handler",
        "projector_app.payments_handler",
        "projector_app.logs_handler",
        "projector_app.metrics_handler",
        "projector_app.index_handler",
        "query_app.payments_handler",
        "query_app.logs_handler",
        "query_app.trace_handler",
        "query_app.metrics_handler",
        "query_app.dashboards_handler",
        "query_app.exports_handler",
        "query_app.export_worker_handler",
        "query_app.searches_handler",
        "query_app.alerts_handler",
        "operations_app.operations_handler",
        "operations_app.reconcile_handler",
    )
    paths = [str(ROOT / package) for package in PACKAGES]
    program = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        "import boto3, common.engines.connections as connections, common.cache.connection as cache\n"
        "def refuse(*args, **kwargs): raise SystemExit('built at import')\n"
        "boto3.client = boto3.Session = connections.Connections.__init__ = cache.Cache.__init__ = refuse\n"
        "from common.settings import Settings\n"
        "Settings.from_env = refuse\n"
        f"import {', '.join(handlers)}\n"
        "if 'lark' in sys.modules: raise SystemExit('the parser of the query language is built at import')\n"
    )
    imported = subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, check=False)  # noqa: S603
    assert imported.returncode == 0, imported.stdout + imported.stderr


INDEX_HANDLER = ROOT / "functions" / "projector" / "projector_app" / "index_handler.py"
SLOW = {
    "boto3": "loads what moves files",
    "common.edge.openapi": "describes answers, for whoever writes the description",
    "opensearchpy": "loads requests with it",
    "redis": "loads its asyncio side with it",
}
"""What no handler loads at its start, but the one that makes the index."""


def test_what_is_slow_to_load_is_loaded_by_no_handler() -> None:
    loaded = {}
    for path in set(ROOT.glob("functions/*/*/*_handler.py")) - {INDEX_HANDLER}:
        program = (
            f"import sys; sys.path[:0] = {[str(ROOT / package) for package in PACKAGES]!r}\n"
            f"import {path.parent.name}.{path.stem}\n"
            f"print(*({set(SLOW)!r} & sys.modules.keys()))\n"
        )
        argv = [sys.executable, "-c", program]
        done = subprocess.run(argv, env={}, capture_output=True, text=True, check=True)  # noqa: S603
        loaded[f"{path.parent.name}.{path.stem}"] = done.stdout.split()
    assert {handler: names for handler, names in loaded.items() if names} == {}


@pytest.mark.parametrize("function", ["exports", "searches", "dashboards"])
def test_who_speaks_to_no_search_and_no_cache_loads_no_client_of_theirs(function: str) -> None:
    paths = [str(ROOT / package) for package in PACKAGES]
    program = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        f"import query_app.{function}_handler\n"
        "sys.exit(str({'common.engines.search', 'common.cache.connection'} & sys.modules.keys() or ''))\n"
    )
    imported = subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, check=False)  # noqa: S603
    assert imported.stderr.strip() == ""


def test_commands_load_neither_boto3_nor_a_client_of_search_or_cache() -> None:
    paths = [str(ROOT / package) for package in PACKAGES]
    program = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        "import command_app.payments_handler\n"
        "from command_app.payments.wiring import command_bus\n"
        "command_bus()\n"
        "sys.exit(str({'boto3', 'botocore.session', 'urllib3', 'opensearchpy'} & sys.modules.keys() or ''))\n"
    )
    env = dict.fromkeys(("TABLE_NAME", "QUEUE_URL", "DLQ_URL"), "https://queue")
    wired = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert wired.stderr.strip() == ""
