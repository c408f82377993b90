"""What operations need of the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from common.domain.events import Event
from operations_app.past import EventKey
from operations_app.totals import Bucket, Entry, Key, Totals


class WriteSide(Protocol):
    """Payments as the commands left them. Everything here raises EngineUnavailable."""

    def entries(self, organization_id: str | None) -> Iterator[Sequence[Entry]]:
        """All payments, deleted ones too, of one organization or of all, in no order, a page at a time."""

    def current(self, keys: Iterable[Key]) -> Mapping[Key, Entry]:
        """These payments as they are now, without those that are not there."""

    def events(self, key: Key) -> Sequence[Event]:
        """All that happened to a payment, oldest first; nothing where nothing is known of it."""


class ReadSide(Protocol):
    """Payments as they are indexed, without the tombstones over what never was one. Raises EngineUnavailable."""

    def totals(self, organization_id: str | None) -> Iterator[tuple[Bucket, Totals]]:
        """Control totals of all that was written until now, each bucket once."""

    def keys(self, bucket: Bucket) -> Iterator[Sequence[Key]]:
        """The payments of a bucket, a page at a time."""

    def current(self, keys: Sequence[Key]) -> Mapping[Key, Entry]:
        """These payments as they are now, without those that are not there."""

    def superseded(self, organization_id: str | None) -> Iterator[tuple[str, int]]:
        """How many earlier states each organization's payments have, of all that was written until now."""

    def without_past(self, entries: Sequence[Entry]) -> Mapping[Key, int]:
        """Those of which an earlier state is missing now, and the version of the first one."""


@dataclass(frozen=True)
class Position:
    """How far one segment of the events was read; `after` is where to go on, None at the start."""

    after: Mapping[str, str] | None = None
    scanned: int = 0
    done: bool = False


@dataclass(frozen=True)
class EventPage:
    """Some events of one segment, as stored (wire form), and the position behind them."""

    segment: int
    bodies: Sequence[str]
    position: Position


class EventStore(Protocol):
    """All events that ever happened."""

    def pages(self, starts: Sequence[Position]) -> Iterator[EventPage]:
        """The events of each segment from its position on; as many segments as positions. Raises EngineUnavailable."""

    def find(self, keys: Collection[EventKey]) -> Sequence[str]:
        """These events, as stored, in no order. Raises EngineUnavailable."""

    def estimated_items(self) -> int:
        """About how many items a whole reading comes by; for a progress bar only."""


class Positions(Protocol):
    """Where the readings stand, kept so that another process can go on."""

    def load(self, index: str) -> Mapping[int, Position]:
        """By segment; empty before the first page."""

    def save(self, index: str, segment: int, position: Position, segments: int) -> None:
        """Keep one."""

    def segments(self, index: str) -> int | None:
        """Into how many segments the reading was cut; None before the first page."""

    def forget(self, index: str) -> None:
        """Remove all of an index."""


@dataclass(frozen=True)
class Roles:
    """Which index serves, which one is being rebuilt, and which one served before; index names."""

    live: str
    rebuild: str | None = None
    previous: str | None = None


class Indices(Protocol):
    """The payments indices and who stands behind which alias. Raises EngineUnavailable."""

    def roles(self) -> Roles:
        """Who is who now. Raises Permanent where nothing serves."""

    def create(self, live: str) -> str:
        """Make the next index for a rebuild, written to from now on beside the live one; answers its name."""

    def announce(self, roles: Roles) -> None:
        """Have every document written to the rebuilt index before the live one, from now on until the swap."""

    def swap(self, roles: Roles) -> None:
        """Let the rebuilt index serve, showing all it has, and keep the live one as the previous, in one step."""

    def roll_back(self, roles: Roles) -> None:
        """Let the previous index serve again and keep the live one as the rebuilt, in one step."""

    def drop(self, index: str) -> None:
        """Delete an index."""
