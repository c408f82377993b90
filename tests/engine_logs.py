"""Real lines: what OpenSearch, ElasticMQ and this service's own functions wrote while they ran, as log entries."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import orjson

from common.domain.instants import iso, now

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


def live(logs: Path) -> list[dict[str, Any]]:
    """What OpenSearch and ElasticMQ have written up to now, each line as it is and with an id of its own."""
    at = now().astimezone()
    # ElasticMQ tells the time and not the day.
    dated = [f"{at.date()} {line}" for line in (logs / "elasticmq.log").read_text().splitlines()]
    lines = (logs / "opensearch.log").read_text().splitlines() + dated
    written = [entry for line in lines if (entry := _of_an_engine(line, at.tzinfo)) and entry["timestamp"] <= at]
    return [{**each, "id": f"line-{n}", "timestamp": iso(each["timestamp"])} for n, each in enumerate(written)]


def _read() -> Iterator[dict[str, Any]]:
    for line in LINES:
        entry = _of_a_function(line) if line.startswith("{") else _of_an_engine(line)
        assert entry, line
        yield entry


def _of_an_engine(line: str, zone: tzinfo | None = UTC) -> dict[str, Any] | None:
    """A line of the zone's time; None for one that belongs to the one before."""
    found = _OPENSEARCH.fullmatch(line) or _ELASTICMQ.fullmatch(line)
    if not found:
        return None
    at = datetime.fromisoformat(found["at"]).replace(tzinfo=zone) + timedelta(milliseconds=int(found["ms"]))
    return {
        "timestamp": at.astimezone(UTC),
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
