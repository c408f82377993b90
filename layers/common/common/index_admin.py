"""Creates the payments index and checks that what runs is what the code expects."""

from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import RequestError

from common.errors import Permanent
from common.payment_index import ALIAS_READ, ALIAS_WRITE, FIRST_INDEX, PROPERTIES, SERVING, index_body


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
    running = mappings.get("properties", {})
    for field, wanted in PROPERTIES.items():
        if field not in running:
            problems.append(f"field {field} is missing")
        elif running[field].get("type", "object") != wanted["type"]:
            problems.append(f"field {field} is {running[field].get('type')}, expected {wanted['type']}")
        elif running[field].get("similarity") != wanted.get("similarity"):
            problems.append(f"field {field} is scored another way: run `python -m ops rebuild`")
        lacking = wanted.get("fields", {}).keys() - running.get(field, {}).get("fields", {}).keys()
        problems += [f"field {field}.{name} is missing: run `python -m ops rebuild`" for name in sorted(lacking)]
    problems += [f"field {field} is unknown to the code" for field in running.keys() - PROPERTIES.keys()]
    return problems
