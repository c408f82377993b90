"""Events as their wire form has them, without their model: upcasting on reading, and the canonical form."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from msgspec import Raw

from common.domain.canonical import Canonical, Integer, Written, decoded
from common.domain.instants import must_be_instant
from common.errors import Unreadable

if TYPE_CHECKING:
    from common.domain.events import Event

SCHEMA_VERSION: Final = 3

RawEvent = dict[str, Any]
Upcaster = Callable[[RawEvent], RawEvent]


S = TypeVar("S", bound=Written | Raw)


class WrittenEvent(Written, Generic[S]):
    """An `Event` as `to_json` writes it; its state as a context has it, or as text that nobody has looked into."""

    event_id: str
    type: str
    schema_version: Literal[3]
    aggregate_id: str
    aggregate_version: Integer
    organization_id: str
    occurred_at: str
    correlation_id: str
    causation_id: str
    state: S
    data: dict[str, Raw]
    previous: list[dict[str, Raw]]

    def __post_init__(self) -> None:
        must_be_instant(self.occurred_at)
        if isinstance(self.state, Raw) and bytes(self.state)[:1] != b"{":
            raise ValueError("is no object")


def _model() -> type["Event"]:
    from common.domain.events import Event  # noqa: PLC0415  # see Canonical

    return Event


canonical: Final = Canonical(WrittenEvent[Raw], _model, no="breaks the envelope at")
"""Of an event of the latest schema version."""


def written_event(body: str | bytes, upcasters: Mapping[int, Upcaster]) -> WrittenEvent[Raw]:
    """As `common.domain.events.read_event`, but as the event would be written."""
    return canonical.at_once(body) or canonical.of(raw_event(body, upcasters))


def raw_event(body: str | bytes, upcasters: Mapping[int, Upcaster]) -> RawEvent:
    """Decode a wire form and lift it to the latest schema version; its fields are not looked at. Raises Unreadable."""
    raw: RawEvent = decoded(body)
    if not isinstance(raw, dict):
        raise Unreadable("not a JSON object")
    version = raw.get("schemaVersion")
    if not isinstance(version, int) or not 1 <= version <= SCHEMA_VERSION:
        raise Unreadable(f"schemaVersion {version!r} is not one of 1 to {SCHEMA_VERSION}")
    for old in range(version, SCHEMA_VERSION):
        try:
            raw = upcasters[old](raw)
        except (KeyError, TypeError, ValueError, ArithmeticError) as exc:
            raise Unreadable(f"cannot be upcast from schemaVersion {old}: {exc!r}") from exc
    return raw
