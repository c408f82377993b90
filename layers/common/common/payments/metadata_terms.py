"""A payment's metadata as terms that can be searched: `region=fr`, `address.city=Paris`, one for each plain value."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from common.payments.index import MAX_METADATA_TERMS, MAX_METADATA_VALUE

_TOO_LONG = ""
"""Stands among the terms, before all others, for a value that counts and makes none."""


def terms(metadata: Mapping[str, Any]) -> list[str]:
    """Sorted, each once: of the first `MAX_METADATA_TERMS` values, those of up to `MAX_METADATA_VALUE` characters.

    The path of a nested value has dots, each value of a list counts, numbers and truth values are as in JSON, and null
    is no value.
    """
    found: list[str] = []
    for key, value in metadata.items():
        _collect(key, value if isinstance(value, list) else (value,), found)
    each_once = sorted({*found[:MAX_METADATA_TERMS]})
    return each_once[1:] if each_once[:1] == [_TOO_LONG] else each_once


def _collect(path: str, values: Iterable[Any], found: list[str]) -> None:
    for value in values:
        if isinstance(value, str):
            found.append(f"{path}={value}" if len(value) <= MAX_METADATA_VALUE else _TOO_LONG)
        elif isinstance(value, list):
            _collect(path, value, found)
        elif isinstance(value, dict):
            for key, inner in value.items():
                _collect(f"{path}.{key}" if path else key, (inner,), found)
        elif value is not None:
            found.append(f"{path}={orjson.dumps(value).decode()}")
