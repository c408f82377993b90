"""The backfill: every event's document, kept positions, and patience with an OpenSearch that is busy."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from common.domain.events import Event
from common.errors import EngineUnavailable
from operations_app import rebuild as rebuilding
from operations_app.past import EventKey, key_of
from operations_app.ports import EventPage, Position, Roles
from operations_app.rebuild import Rebuild
from tests.builders import event_of, payment_state
from tests.fakes.read_model import FakeDocumentIndex


def event(payment_id: str, version: int = 1, event_type: str = "PaymentRequested") -> str:
    return event_of(payment_state(payment_id=payment_id, version=version), event_type).to_json()


@dataclass
class Events:
    """One segment in pages."""

    in_pages: list[list[str]]
    looked_up: int = 0

    def pages(self, starts: Sequence[Position]) -> Iterator[EventPage]:
        [start] = starts
        for number, bodies in enumerate(self.in_pages[start.scanned :], start=start.scanned + 1):
            yield EventPage(0, bodies, Position({"pk": str(number)}, number, done=number == len(self.in_pages)))

    def find(self, keys: Collection[EventKey]) -> Sequence[str]:
        self.looked_up += len(keys)
        bodies = (body for page in self.in_pages for body in page if body != "{")
        return [body for body in bodies if key_of(Event.model_validate_json(body)) in keys]

    def estimated_items(self) -> int:
        return 0


@dataclass
class Indices:
    """A rebuild is under way."""

    now: Roles = field(default_factory=lambda: Roles("payments-000001", rebuild="payments-000002"))

    def roles(self) -> Roles:
        return self.now

    def create(self, live: str) -> str:
        raise NotImplementedError(live)

    def announce(self, roles: Roles) -> None:
        raise NotImplementedError(roles)

    swap = roll_back = announce

    def drop(self, index: str) -> None:
        raise NotImplementedError(index)


class Positions:
    """In memory."""

    def __init__(self) -> None:
        self.kept: dict[int, Position] = {}

    def load(self, index: str) -> Mapping[int, Position]:
        return dict(self.kept)

    def save(self, index: str, segment: int, position: Position, segments: int) -> None:
        self.kept[segment] = position

    def segments(self, index: str) -> int | None:
        return len(self.kept) or None

    def forget(self, index: str) -> None:
        self.kept.clear()


class Side:
    """A rebuild of some pages of events, and what came of it."""

    def __init__(self, *in_pages: list[str]) -> None:
        self.index, self.positions, self.slept = FakeDocumentIndex(), Positions(), 0
        self.events = Events(list(in_pages))

        def sleep(seconds: float) -> None:
            self.slept += 1
            if self.slept == 3:
                self.index.busy.clear()

        self.rebuild = Rebuild(
            indices=Indices(),
            positions=self.positions,
            events=self.events,
            index_of={"payments-000002": self.index}.__getitem__,
            reconciliation_of=NotImplemented,
            sleep=sleep,
        )

    def versions(self) -> dict[str, int]:
        return {key.removeprefix("org-456:"): document.version for key, document in self.index.documents.items()}


def test_the_newest_of_each_payment_is_written_whatever_the_order() -> None:
    side = Side([event("p1", 2), event("p1", 1), event("p2")], [event("p2", 3), event("p1", 1)])
    last = list(side.rebuild.backfill(segments=1))[-1]
    assert side.versions() == {"p1": 2, "p1:1": 2, "p2": 3}
    assert (last.scanned, last.total, last.refused) == (2, 2, 0)


def test_events_that_do_not_say_what_was_before_them_are_asked_for_it() -> None:
    # Given old events of a payment, in two pages
    side = Side([event("p1", 1), event("p1", 2)], [event("p1", 3), event("p1", 4)])
    list(side.rebuild.backfill(segments=1))
    # Then each state that it left behind is there, and only what the page lacked was looked up
    assert side.versions() == {"p1": 4, "p1:1": 2, "p1:2": 3, "p1:3": 4}
    assert side.events.looked_up == 1


def test_an_old_deletion_has_the_whole_past_deleted() -> None:
    side = Side([event("p1", 1), event("p1", 2)], [event("p1", 3, "PaymentDeleted")])
    list(side.rebuild.backfill(segments=1))
    assert side.versions() == {"p1": 3, "p1:1": 3, "p1:2": 3}
    assert {document.source["deleted"] for document in side.index.documents.values()} == {True}


def test_what_is_no_event_is_counted_and_a_newer_writer_s_type_is_skipped() -> None:
    side = Side([event("p1"), "{", event("p2", 1, "PaymentDreamt")])
    [at] = side.rebuild.backfill(segments=1)
    assert (side.versions(), at.written, at.refused) == ({"p1": 1}, 1, 1)


def test_what_the_new_index_never_takes_is_counted_and_holds_nothing_up() -> None:
    side = Side([event("p1"), event("p2")])
    side.index.refused = {("org-456:p1", 1)}
    [at] = side.rebuild.backfill(segments=1)
    assert (side.versions(), at.refused) == ({"p2": 1}, 1)


def test_a_busy_index_is_waited_for() -> None:
    # Given an index that takes nothing of p1 until it was waited for three times
    side = Side([event("p1"), event("p2")])
    side.index.busy = {"org-456:p1"}
    [at] = side.rebuild.backfill(segments=1)
    assert (side.versions(), at.refused, side.slept) == ({"p1": 1, "p2": 1}, 0, 3)


def test_when_patience_ends_the_rest_can_be_done_later(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an index that is busy for longer than the backfill waits, in the second page
    monkeypatch.setattr(rebuilding, "PATIENCE_SECONDS", 0)
    side = Side([event("p1")], [event("p2"), event("p3")])
    side.index.busy = {"org-456:p2"}
    with pytest.raises(EngineUnavailable, match="can be resumed"):
        list(side.rebuild.backfill(segments=1))
    # Then the first page is known to be done, and the second is not
    assert side.positions.kept == {0: Position({"pk": "1"}, 1, done=False)}
    # And the next call does the second
    side.index.busy = set()
    assert [at.scanned for at in side.rebuild.backfill(segments=1)] == [2]
    assert side.versions() == {"p1": 1, "p2": 1, "p3": 1}
