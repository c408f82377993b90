"""Builds a new index beside the live one, and lets it serve once the control totals match (docs/adr/0009)."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_random_exponential

from common.domain.documents import Document, Result, SearchIndex, Verdict, newest_of
from common.domain.events import Event, read_event
from common.domain.instants import iso, now
from common.domain.upcasters import UPCASTERS
from common.engines.mirrored_index import LOOK_UP_EVERY_SECONDS
from common.errors import EngineUnavailable, Permanent, Unreadable
from common.payments.projections import documents_of
from operations_app.past import EventKey, with_past
from operations_app.ports import EventStore, Indices, Position, Positions, Roles
from operations_app.reconciliation import Reconciliation
from operations_app.totals import Difference

SETTLE_SECONDS = LOOK_UP_EVERY_SECONDS + 1
"""After that every projector knows the new index."""

PATIENCE_SECONDS = 300.0
"""How long the backfill waits for an OpenSearch that takes no more, until it stops to be resumed later."""

DIFFERENCES_TOLD = 100


@dataclass(frozen=True)
class Progress:
    """How far the backfill is: items read of about `total`, documents written, events that no document comes of."""

    scanned: int
    total: int
    written: int
    refused: int


class Rebuild:
    """One rebuild at a time; every step can be repeated, by another process too."""

    def __init__(
        self,
        indices: Indices,
        positions: Positions,
        events: EventStore,
        index_of: Callable[[str], SearchIndex],
        reconciliation_of: Callable[[str], Reconciliation],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._indices = indices
        self._positions = positions
        self._events = events
        self._index_of = index_of
        self._reconciliation_of = reconciliation_of
        self._sleep = sleep

    def status(self) -> tuple[Roles, Sequence[Position], int]:
        """Who is who, how far the backfill is, and into how many segments it was cut (0 before it began)."""
        roles = self._indices.roles()
        if roles.rebuild is None:
            return roles, (), 0
        kept = self._positions.load(roles.rebuild)
        return roles, [kept[segment] for segment in sorted(kept)], self._positions.segments(roles.rebuild) or 0

    def start(self, settle_seconds: float = SETTLE_SECONDS) -> str:
        """Make the new index, unless there is one, and wait until live events go there too; answers its name.

        Raises Permanent while the index of before the last swap is still kept.
        """
        roles = self._indices.roles()
        if roles.previous:
            raise Permanent(f"{roles.previous} is still kept for a rollback: run `python -m ops rebuild drop` first")
        rebuilt = roles.rebuild or self._indices.create(roles.live)
        self._sleep(settle_seconds)
        return rebuilt

    def backfill(self, segments: int, rate: float = 0) -> Iterator[Progress]:
        """Write the documents of all events, from the kept positions on, at most `rate` documents a second (0: any).

        Raises EngineUnavailable; what was written until then is not written again by the next call.
        """
        rebuilt = self._being_rebuilt(self._indices.roles())
        segments = self._positions.segments(rebuilt) or segments
        kept = self._positions.load(rebuilt)
        starts = [kept.get(segment, Position()) for segment in range(segments)]
        index, total = self._index_of(rebuilt), self._events.estimated_items()
        scanned = {segment: start.scanned for segment, start in enumerate(starts)}
        written = refused = 0
        began = time.monotonic()
        for page in self._events.pages(starts):
            events, unreadable = _read(page.bodies)
            documents, of_no_payment = _documents(with_past(events, self._look_up))
            refused += unreadable + of_no_payment + self._write(index, documents)
            written += len(documents)
            self._positions.save(rebuilt, page.segment, page.position, segments)
            scanned[page.segment] = page.position.scanned
            yield Progress(sum(scanned.values()), max(total, sum(scanned.values())), written, refused)
            if rate:
                self._sleep(max(0.0, began + written / rate - time.monotonic()))

    def compare(self) -> Sequence[Difference]:
        """Hold the new index against the write side; the first differences, none when they match."""
        reconciliation = self._reconciliation_of(self._being_rebuilt(self._indices.roles()))
        return list(islice(reconciliation.differences(reconciliation.compare()), DIFFERENCES_TOLD))

    def swap(self, settle_seconds: float = SETTLE_SECONDS) -> tuple[Roles, Sequence[Difference]]:
        """Let the new index serve, if the backfill is done and there is no difference; else nothing is changed.

        Answers who is who then, and the first differences.
        """
        roles = self._indices.roles()
        rebuilt = self._being_rebuilt(roles)
        kept = self._positions.load(rebuilt)
        if not kept or len(kept) < (self._positions.segments(rebuilt) or 0) or not all(at.done for at in kept.values()):
            raise Permanent(f"the backfill of {rebuilt} is not done: run `python -m ops rebuild`")
        wrong = self.compare()
        if not wrong:
            self._indices.announce(roles)
            self._sleep(settle_seconds)
            self._indices.swap(roles)
        return self._indices.roles(), wrong

    def roll_back(self) -> Roles:
        """Let the index of before the swap serve again, at once: it has had every event since."""
        roles = self._indices.roles()
        if roles.previous is None:
            raise Permanent("there is no previous index to go back to")
        self._indices.roll_back(roles)
        return self._indices.roles()

    def drop(self) -> str:
        """Delete the index that does not serve: after a swap the previous one, else the new one; answers its name."""
        roles = self._indices.roles()
        idle = roles.previous or self._being_rebuilt(roles)
        self._indices.drop(idle)
        for index in filter(None, (roles.previous and roles.live, roles.rebuild)):
            self._positions.forget(index)
        return idle

    def _being_rebuilt(self, roles: Roles) -> str:
        if roles.rebuild is None:
            raise Permanent("no rebuild is under way: start one with `python -m ops rebuild`")
        return roles.rebuild

    def _look_up(self, keys: Collection[EventKey]) -> Sequence[Event]:
        return _read(self._events.find(keys))[0]

    def _write(self, index: SearchIndex, documents: Sequence[Document]) -> int:
        """Write until nothing is left that may pass later; answers how many the index will never take."""
        left = documents
        refused = 0

        def once() -> Result | None:
            nonlocal left, refused
            outcome = list(zip(left, index.upsert(left) if left else (), strict=True))
            refused += sum(result.verdict is Verdict.POISON for _, result in outcome)
            again = [each for each in outcome if each[1].verdict is Verdict.RETRY]
            left = [document for document, _ in again]
            return again[0][1] if again else None

        patiently = Retrying(
            retry=retry_if_result(lambda busy: busy is not None),
            wait=wait_random_exponential(multiplier=0.2, max=10),
            stop=stop_after_delay(PATIENCE_SECONDS),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
            sleep=self._sleep,
        )
        busy = patiently(once)
        if busy is not None:
            raise EngineUnavailable(f"the backfill stopped and can be resumed: {busy.reason}")
        return refused


def _read(bodies: Sequence[str]) -> tuple[Sequence[Event], int]:
    """The events, and how many could not be read."""
    events: list[Event] = []
    for body in bodies:
        with suppress(Unreadable):
            events.append(read_event(body, UPCASTERS))
    return events, len(bodies) - len(events)


def _documents(events: Sequence[Event]) -> tuple[Sequence[Document], int]:
    """The newest of each document, and how many events are of no payment.

    Events of unknown types are skipped, as the projector does.
    """
    at = iso(now())
    documents: list[Document] = []
    unreadable = 0
    for event in events:
        try:
            documents += documents_of(event.written(), at)
        except Unreadable:
            unreadable += 1
    return newest_of(documents), unreadable
