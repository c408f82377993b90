"""Real lines: what OpenSearch, ElasticMQ and this service's own functions wrote while they ran, as log entries."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from common.domain.model import iso, now

LINES = (Path(__file__).parent / "data" / "engines.log").read_text().splitlines()
_OPENSEARCH = re.compile(r"\[(?P<at>\S+),(?P<ms>\d{3})\]\[(?P<level>\w+) *\]\[(?P<logger>\S+) *\] (?P<message>.*)")
_ELASTICMQ = re.compile(r"(?P<at>\S+ \S+)\.(?P<ms>\d{3}) \[\S+\] (?P<level>\w+) +(?P<logger>\S+) - (?P<message>.*)")
_LEVELS = {"WARNING": "warn", "CRITICAL": "fatal"}


def messages() -> list[str]:
    """Of the engines, in their order."""
    return [entry["message"] for entry in entries() if entry["service"] != "functions"]


def entries() -> list[dict[str, Any]]:
    """All lines, moved by whole days so that the last one is of yesterday."""
    read = list(_read())
    newest = max(entry["timestamp"] for entry in read)
    moved = timedelta(days=(now() - newest).days - 1)
    return [{**entry, "timestamp": iso(entry["timestamp"] + moved)} for entry in read]


def _read() -> Iterator[dict[str, Any]]:
    for line in LINES:
        if line.startswith("{"):
            yield _of_a_function(line)
            continue
        found = _OPENSEARCH.fullmatch(line) or _ELASTICMQ.fullmatch(line)
        assert found, line
        at = datetime.fromisoformat(found["at"]).replace(tzinfo=UTC) + timedelta(milliseconds=int(found["ms"]))
        yield {
            "timestamp": at,
            "level": found["level"].lower(),
            "service": "opensearch" if line.startswith("[") else "elasticmq",
            "message": found["message"],
            "attributes": {"logger": found["logger"]},
        }


def _of_a_function(line: str) -> dict[str, Any]:
    told = orjson.loads(line)
    return {
        "timestamp": datetime.fromisoformat(told["timestamp"]).astimezone(UTC),
        "level": _LEVELS.get(told["level"], told["level"].lower()),
        "service": "functions",
        "message": line,
        "correlationId": told.get("correlation_id"),
        "attributes": {"function": told["function_name"], "ms": told.get("ms")},
    }
