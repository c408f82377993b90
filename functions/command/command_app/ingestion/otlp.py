"""OTLP/HTTP JSON: what logs and metrics share of it.

https://github.com/open-telemetry/opentelemetry-proto: common.proto, logs.proto and metrics.proto, in OTLP's JSON form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.errors import FieldError, Invalid

Attributes = Mapping[str, Any]
Record = Mapping[str, Any]

MAX_DEPTH = 32
"""Of values within values."""


@dataclass(frozen=True)
class OtlpShape:
    """The lists in which a document of one signal holds its records, and how a record becomes entries of our own."""

    resources: str
    scopes: str
    records: str
    entries: Callable[[Attributes, Record], Iterable[object]]
    """From the attributes of the resource and one record. Raises Invalid."""

    def read(self, document: Mapping[str, Any]) -> Iterator[object]:
        """Every entry; a record that cannot be read is a FieldError in its place. Raises Invalid for another shape."""
        for resource in objects(document, self.resources):
            attributes = attributes_of(object_of(resource, "resource"))
            for scope in objects(resource, self.scopes):
                for record in objects(scope, self.records):
                    try:
                        yield from self.entries(attributes, record)
                    except Invalid as error:
                        yield from error.errors[:1]


def attributes_of(owner: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a resource, a record or a point. Raises Invalid."""
    return _key_values(owner, "attributes")


def value_of(value: object, depth: int = 0) -> Any:  # noqa: ANN401  # any JSON
    """What an AnyValue holds, `depth` levels within others. Raises Invalid."""
    if value is None or value == {}:
        return None
    if depth > MAX_DEPTH:
        raise _wrong("value", f"must not be nested deeper than {MAX_DEPTH} levels")
    match value:
        case {"stringValue": str(plain)} | {"boolValue": bool(plain)} | {"bytesValue": str(plain)}:
            return plain
        case {"intValue": int() | str() as number}:
            return whole(number, "intValue")
        case {"doubleValue": int() | float() | "NaN" | "Infinity" | "-Infinity" as number}:
            return number
        case {"arrayValue": dict(inner)}:
            return [value_of(each, depth + 1) for each in objects(inner, "values")]
        case {"kvlistValue": dict(inner)}:
            return _key_values(inner, "values", depth + 1)
    raise _wrong("value", 'must be an AnyValue of OTLP, such as {"stringValue": "..."}')


def instant_of(nanoseconds: object, field: str) -> str | None:
    """Nanoseconds since 1970 as RFC 3339, exact; None for 0, which is how OTLP says unknown. Raises Invalid."""
    seconds, rest = divmod(whole(nanoseconds or 0, field), 10**9)
    if seconds == rest == 0:
        return None
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    except (OverflowError, ValueError, OSError):
        raise _wrong(field, "must be nanoseconds since 1970") from None


def whole(number: object, field: str) -> int:
    """A 64 bit number, which the JSON form of protobuf writes as text. Raises Invalid."""
    if isinstance(number, str) and number.isascii() and number.removeprefix("-").isdigit() and len(number) <= 20:
        number = int(number)
    if isinstance(number, int) and not isinstance(number, bool) and -(2**63) <= number < 2**64:
        return number
    raise _wrong(field, "must be a whole number of 64 bits")


def _key_values(owner: Mapping[str, Any], name: str, depth: int = 0) -> dict[str, Any]:
    return {str(each.get("key")): value_of(each.get("value"), depth) for each in objects(owner, name)}


def object_of(owner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A message's own message, empty if there is none. Raises Invalid."""
    found = owner.get(name) or {}
    if not isinstance(found, dict):
        raise _wrong(name, "must be an object")
    return found


def objects(owner: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    """A list of a message's. Raises Invalid."""
    found = owner.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _wrong(name, "must be a list of objects")
    return found


def _wrong(field: str, message: str) -> Invalid:
    return Invalid("The document is not as OTLP has it.", [FieldError(field, message)])
