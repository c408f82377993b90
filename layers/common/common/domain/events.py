"""The event envelope, its JSON form, and the upcasting of old schema versions on reading."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from common.domain.canonical import Canonical
from common.domain.model import JsonObject, Timestamp, WireModel, sendable
from common.errors import Unreadable

SCHEMA_VERSION = 3

T = TypeVar("T")

RawEvent = dict[str, Any]
CanonicalEvent = Mapping[str, Any]
"""An event as `Event.to_json` writes it, decoded."""
Upcaster = Callable[[RawEvent], RawEvent]


class Event(WireModel):
    """Something that happened to one aggregate.

    `state` is the aggregate's full state after the event, so that any event alone suffices to project it;
    `data` is what changed. `previous` has the states that the event changed, newest first, each by what it differed in
    from the state after it (null: was not there; see `common.payments.past`): the one before, or all of them after an
    erasure, which changes the past too. `occurred_at` is UTC with milliseconds, `event_id` a UUIDv7.
    """

    event_id: str
    type: str
    schema_version: int = SCHEMA_VERSION
    aggregate_id: str
    aggregate_version: int
    organization_id: str
    occurred_at: Timestamp
    correlation_id: str
    causation_id: str
    state: JsonObject
    data: JsonObject = {}
    previous: tuple[JsonObject, ...] = ()

    def canonical(self) -> CanonicalEvent:
        """The wire form, decoded."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def to_json(self) -> str:
        """The wire form, as stored and as sent."""
        return sendable(self.model_dump_json(by_alias=True, exclude_none=True))


_canonical = Canonical(Event)


def read_event(body: str | bytes, upcasters: Mapping[int, Upcaster]) -> Event:
    """Parse a wire form of any schema version up to `SCHEMA_VERSION`.

    `upcasters` holds, for each old version, the function that lifts it by one. Raises Unreadable.
    """
    return _read(body, upcasters, Event.model_validate)


def canonical_event(body: str | bytes, upcasters: Mapping[int, Upcaster]) -> CanonicalEvent:
    """As `read_event`, but as the JSON that the event would be written as."""
    return _read(body, upcasters, _canonical)


def _read(body: str | bytes, upcasters: Mapping[int, Upcaster], reading: Callable[[RawEvent], T]) -> T:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise Unreadable(f"not JSON: {exc}") from exc
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    try:
        return reading(_upcast(raw, upcasters))
    except ValidationError as exc:
        where = ", ".join(".".join(map(str, error["loc"])) for error in exc.errors(include_input=False))
        raise Unreadable(f"breaks the envelope at: {where}") from exc


def _upcast(raw: RawEvent, upcasters: Mapping[int, Upcaster]) -> RawEvent:
    version = raw.get("schemaVersion")
    if not isinstance(version, int) or not 1 <= version <= SCHEMA_VERSION:
        raise Unreadable(f"schemaVersion {version!r} is not one of 1 to {SCHEMA_VERSION}")
    for old in range(version, SCHEMA_VERSION):
        try:
            raw = upcasters[old](raw)
        except (KeyError, TypeError, ValueError, ArithmeticError) as exc:
            raise Unreadable(f"cannot be upcast from schemaVersion {old}: {exc!r}") from exc
    return raw
