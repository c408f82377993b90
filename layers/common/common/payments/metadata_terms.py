"""A payment's metadata as terms that can be searched: `region=fr`, `address.city=Paris`, one for each plain value."""

import orjson
from pydantic import JsonValue

from common.payments.index import MAX_METADATA_TERMS, MAX_METADATA_VALUE

_TOO_LONG = ""
"""Stands among the terms for a value that counts and makes none."""


def terms(metadata: dict[str, JsonValue]) -> list[str]:
    """Sorted, each once: of the first `MAX_METADATA_TERMS` values, those of up to `MAX_METADATA_VALUE` characters.

    The path of a nested value has dots, each value of a list counts, numbers and truth values are as in JSON, and null
    is no value.
    """
    found: list[str] = []
    _collect("", metadata, found)
    return sorted({*found[:MAX_METADATA_TERMS]} - {_TOO_LONG})


def _collect(path: str, value: JsonValue, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(f"{path}={value}" if len(value) <= MAX_METADATA_VALUE else _TOO_LONG)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _collect(f"{path}.{key}" if path else key, inner, found)
    elif isinstance(value, list):
        for inner in value:
            _collect(path, inner, found)
    elif value is not None:
        found.append(f"{path}={orjson.dumps(value).decode()}")
