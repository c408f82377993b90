"""What a CloudWatch Logs subscription delivers, as entries; and whose they are."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from command_app.ingestion.body import bodies_of
from common.domain.instants import iso
from common.edge.http import CORRELATION_ID
from common.errors import Permanent
from common.logs.levels import LEVELS, Level

MAX_NAME = 256
"""Characters of a service or a host."""
MAX_MESSAGE = 10_000
"""Characters of a line that are kept: as JSON they stay under what an entry may have, whatever they are."""
_NAMED: Mapping[str, Level] = {
    **{level: level for level in LEVELS},
    "warning": "warn",
    "severe": "error",
    "critical": "fatal",
}


def organization_of(log_group: str, owners: str) -> str:
    """By the longest beginning of its name that `owners` has: `/aws/lambda/shop=org-456,/ecs/=org-789`.

    Raises Permanent for a log group of nobody.
    """
    pairs = [each.strip().rpartition("=") for each in owners.split(",") if each.strip()]
    mine = [(beginning, organization) for beginning, _, organization in pairs if log_group.startswith(beginning)]
    if not mine:
        raise Permanent(f"no organization for the log group {log_group}: name it in LOG_GROUPS")
    return max(mine, key=lambda pair: len(pair[0]))[1]


def bodies(delivered: Mapping[str, Any]) -> Iterator[bytes]:
    """The entries in bodies that an ingestion takes."""
    return bodies_of(_entry(delivered, event) for event in delivered["logEvents"])


def _entry(delivered: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """One line. Those that are JSON say themselves how grave they are, and to what they belong."""
    text = event["message"].rstrip() or " "
    said = _json(text)
    log_group, host = delivered["logGroup"], _name(delivered["logStream"])
    correlation_id = _text(said.get("correlation_id") or said.get("correlationId"))
    return {
        "id": event["id"],
        "timestamp": iso(datetime.fromtimestamp(event["timestamp"] / 1000, UTC)),
        "level": _level(said, text),
        "service": _name(_text(said.get("service"))) or _name(log_group.rstrip("/").rpartition("/")[2]) or "unknown",
        **({"host": host} if host else {}),
        "message": text[:MAX_MESSAGE],
        **({"correlationId": correlation_id} if CORRELATION_ID.fullmatch(correlation_id) else {}),
        "attributes": {"logGroup": log_group, **({"cut": True} if len(text) > MAX_MESSAGE else {})},
    }


def _json(text: str) -> Mapping[str, Any]:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _level(said: Mapping[str, Any], text: str) -> Level:
    """As a line of JSON says, or as Lambda's own runtime writes before a line: `[ERROR]`."""
    named = _text(said.get("level")) or text.partition("]")[0].removeprefix("[")
    return _NAMED.get(named.strip().lower(), "info")


def _name(text: str) -> str:
    """As much of it as an entry may have: CloudWatch's names are up to 512 characters."""
    return text.strip()[:MAX_NAME].strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
