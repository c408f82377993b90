"""A payment's metadata as terms that can be searched: `region=fr`, `address.city=Paris`, one for each plain value."""

from collections.abc import Iterator, Mapping
from itertools import islice

import orjson
from pydantic import JsonValue

from common.payments.index import MAX_METADATA_TERMS, MAX_METADATA_VALUE


def terms(metadata: Mapping[str, JsonValue]) -> list[str]:
    """Sorted, each once: of the first `MAX_METADATA_TERMS` values, those of up to `MAX_METADATA_VALUE` characters.

    The path of a nested value has dots, each value of a list counts, numbers and truth values are as in JSON, and null
    is no value.
    """
    values = islice(_values("", metadata), MAX_METADATA_TERMS)
    return sorted({f"{path}={value}" for path, value in values if len(value) <= MAX_METADATA_VALUE})


def _values(path: str, value: JsonValue | Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from _values(f"{path}.{key}" if path else key, inner)
        case list():
            for inner in value:
                yield from _values(path, inner)
        case str():
            yield path, value
        case None:
            return
        case _:
            yield path, orjson.dumps(value).decode()
