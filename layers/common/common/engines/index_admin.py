"""Creates the payments index and what makes all others, and checks that what runs is what the code expects."""

from collections.abc import Iterator
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import RequestError

from common.engines.timed_indices import ensure_timed
from common.errors import Permanent
from common.logs import index as logs
from common.metrics import index as metrics
from common.payments.index import ALIAS_READ, ALIAS_WRITE, FIRST_INDEX, PROPERTIES, SERVING, index_body

_REBUILD = "run `python -m ops rebuild`"


TIMED = (*logs.INDICES.values(), *metrics.INDICES.values())
"""The indices by time of all contexts."""


def ensure_indices(client: OpenSearch, refresh_interval_ms: int, replicas: int = 1) -> bool:
    """All that there must be before the first document of any context. True if the payments index was created."""
    ensure_timed(client, TIMED, refresh_interval_ms, replicas)
    return ensure_index(client, refresh_interval_ms, replicas)


def ensure_index(client: OpenSearch, refresh_interval_ms: int, replicas: int = 1) -> bool:
    """Create the first payments index behind its aliases, unless they lead somewhere. True if it was created."""
    if client.indices.exists_alias(name=ALIAS_WRITE):
        return False
    body = index_body(refresh_interval_ms, replicas=replicas)
    body["aliases"] = SERVING
    try:
        client.indices.create(index=FIRST_INDEX, body=body)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
        if not client.indices.exists_alias(name=ALIAS_WRITE):
            raise Permanent(f"{FIRST_INDEX} is there without its aliases: delete it, or add {ALIAS_WRITE}") from error
        return False
    return True


def index_problems(client: OpenSearch) -> list[str]:
    """What differs between the running index and the code, a sentence each; empty when they agree."""
    missing = [alias for alias in SERVING if not client.indices.exists_alias(name=alias)]
    if missing:
        return [f"alias {alias} is missing: run `python -m ops index create`" for alias in missing]
    problems = []
    for name, index in client.indices.get(index=",".join(SERVING)).items():
        problems += [f"{name}: {problem}" for problem in _mapping_problems(index["mappings"])]
        shown = index["aliases"].get(ALIAS_READ)
        if shown is not None and shown != SERVING[ALIAS_READ]:
            problems.append(f"{name}: alias {ALIAS_READ} shows more than the payments as they are")
    return problems


def _mapping_problems(mappings: dict[str, Any]) -> list[str]:
    problems = []
    if mappings.get("dynamic") != "strict":
        problems.append("mapping is not strict")
    if mappings.get("_routing") != {"required": True}:
        problems.append("routing is not required")
    return problems + list(_field_problems(mappings.get("properties", {}), PROPERTIES, ""))


def _field_problems(running: dict[str, Any], wanted: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, mapping in wanted.items():
        field, found = prefix + name, running.get(name)
        if found is None:
            yield f"field {field} is missing: {_REBUILD}"
            continue
        if found.get("type", "object") != mapping["type"]:
            yield f"field {field} is {found.get('type')}, expected {mapping['type']}"
        elif found.get("similarity") != mapping.get("similarity"):
            yield f"field {field} is scored another way: {_REBUILD}"
        lacking = mapping.get("fields", {}).keys() - found.get("fields", {}).keys()
        yield from (f"field {field}.{each} is missing: {_REBUILD}" for each in sorted(lacking))
        yield from _field_problems(found.get("properties", {}), mapping.get("properties", {}), f"{field}.")
    yield from (f"field {prefix}{name} is unknown to the code" for name in running.keys() - wanted.keys())
