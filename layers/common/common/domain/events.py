"""The event envelope and its JSON form."""

from collections.abc import Mapping

from msgspec import Raw
from pydantic import ValidationError

from common.domain.model import JsonObject, Timestamp, WireModel, sendable
from common.domain.raw_events import SCHEMA_VERSION, Upcaster, WrittenEvent, canonical, raw_event
from common.errors import Unreadable


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

    def written(self) -> WrittenEvent[Raw]:
        """The wire form, decoded as far as a projection needs it."""
        return canonical(self.to_json())

    def to_json(self) -> str:
        """The wire form, as stored and as sent."""
        return sendable(self.model_dump_json(by_alias=True, exclude_none=True))


def read_event(body: str | bytes, upcasters: Mapping[int, Upcaster]) -> Event:
    """Parse a wire form of any schema version up to `SCHEMA_VERSION`.

    `upcasters` holds, for each old version, the function that lifts it by one. Raises Unreadable.
    """
    try:
        return Event.model_validate(raw_event(body, upcasters))
    except ValidationError as exc:
        where = ", ".join(".".join(map(str, error["loc"])) for error in exc.errors(include_input=False))
        raise Unreadable(f"breaks the envelope at: {where}") from exc
