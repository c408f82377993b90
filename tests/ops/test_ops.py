"""What operators type, as they type it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from opensearchpy import OpenSearch as Administrator

from common.engines.index_admin import ensure_index, index_problems
from common.engines.search import connect
from common.payments.index import ALIAS_READ, ALIAS_TIMELINE, ALIAS_WRITE, FIRST_INDEX, METADATA_TERMS
from common.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("layers/common", "functions/command", "functions/projector", "functions/query", "functions/operations", ".")


def ops(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(str(ROOT / package) for package in PACKAGES)
    ours = {name: value for name, value in os.environ.items() if name != "OPENSEARCH_URL"}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ops", *arguments],
        env={**ours, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_index_is_created_once_and_is_then_as_the_code_expects(opensearch_url: str) -> None:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})

    missing = ops("index", "check", OPENSEARCH_URL=opensearch_url)
    assert missing.returncode == 1
    assert f"alias {ALIAS_READ} is missing" in missing.stdout

    assert ops("index", "create", OPENSEARCH_URL=opensearch_url).stdout == "created\n"
    assert ops("index", "create", OPENSEARCH_URL=opensearch_url).stdout == "there already\n"
    assert ops("index", "check", OPENSEARCH_URL=opensearch_url).stdout == "as the code expects\n"
    client.close()


def test_an_index_that_differs_is_told_field_by_field(opensearch_url: str, admin: Administrator) -> None:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    aliases: dict[str, dict[str, bool]] = {ALIAS_READ: {}, ALIAS_TIMELINE: {}, ALIAS_WRITE: {}}
    fields = {"amountMinor": {"type": "double"}, "colour": {"type": "keyword"}, "metadata": {"properties": {}}}
    mappings = {"dynamic": True, "properties": fields}
    client.request("PUT", FIRST_INDEX, body={"aliases": aliases, "mappings": mappings})

    problems = index_problems(admin)

    assert f"{FIRST_INDEX}: mapping is not strict" in problems
    assert f"{FIRST_INDEX}: alias {ALIAS_READ} shows more than the payments as they are" in problems
    assert f"{FIRST_INDEX}: routing is not required" in problems
    assert f"{FIRST_INDEX}: field amountMinor is double, expected long" in problems
    to_do = "is missing: run `python -m ops rebuild`"
    assert f"{FIRST_INDEX}: field status {to_do}" in problems
    assert f"{FIRST_INDEX}: field metadata.{METADATA_TERMS} {to_do}" in problems
    assert f"{FIRST_INDEX}: field colour is unknown to the code" in problems
    client.request("DELETE", "payments-*")
    assert ensure_index(admin, refresh_interval_ms=500)
    client.close()


def test_an_unknown_action_says_what_there_is() -> None:
    wrong = ops("index", "drop")
    assert wrong.returncode == 2
    assert "choose from" in wrong.stderr


@pytest.mark.skipif((ROOT / ".local" / "state.json").exists(), reason="a system is running here")
def test_without_a_system_one_line_says_what_to_start() -> None:
    answer = ops("index", "check")
    assert answer.returncode == 1
    assert "make up" in answer.stderr


def test_an_engine_that_is_not_there_is_one_line_too() -> None:
    answer = ops("index", "check", OPENSEARCH_URL="http://127.0.0.1:9")
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: an engine did not answer")
    assert "Traceback" not in answer.stderr
