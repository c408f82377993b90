"""A payment's metadata as terms that can be searched: `region=fr`, `address.city=Paris`, one for each plain value."""

from collections.abc import Mapping
from typing import Any

from msgspec.json import Encoder

from common.domain.documents import MAX_LEVELS, must_be_readable
from common.errors import Unreadable
from common.payments.index import MAX_METADATA_TERMS, MAX_METADATA_VALUE

_TOO_LONG = ""
"""Stands among the terms for a value that counts and makes none."""
_encode = Encoder().encode


def terms(metadata: Mapping[str, Any]) -> list[str]:
    """As they come: of the first `MAX_METADATA_TERMS` values, those of up to `MAX_METADATA_VALUE` characters.

    The path of a nested value has dots, each value of a list counts, numbers and truth values are as in JSON, and null
    is no value. Raises Unreadable for what no answer could have.
    """
    found: list[str] = []
    for key, value in metadata.items():
        _collect(key, value, found, MAX_LEVELS)
    del found[MAX_METADATA_TERMS:]
    return [term for term in found if term] if _TOO_LONG in found else found


def _collect(path: str, value: Any, found: list[str], levels: int) -> None:  # noqa: ANN401  # any JSON
    if not levels:
        raise Unreadable("is nested too deep")
    if isinstance(value, str):
        found.append(f"{path}={value}" if len(value) <= MAX_METADATA_VALUE else _TOO_LONG)
    elif isinstance(value, list):
        for each in value:
            _collect(path, each, found, levels - 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _collect(f"{path}.{key}" if path else key, inner, found, levels - 1)
    elif value is not None:
        must_be_readable(value)
        found.append(f"{path}={_encode(value).decode()}")
