"""The cache as middleware of the QueryBus."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import log

from common.bus import Handler
from common.edge.observability import count, logger
from common.errors import NotFound, Retryable
from query_app.cache.entry import Outcome, cost_of, pack, unpack
from query_app.cache.flights import Flights
from query_app.cache.memory import MemoryCache
from query_app.cache.ports import Kept, Marks, Place, SharedCache
from query_app.query import Answer, Query, QueryContext

NOT_THERE_SECONDS = 5.0
"""How long it is kept that something is not there."""

_FLIGHT_SECONDS = 5.0
_WAIT_SECONDS = 1.0
_PAUSE_SECONDS = 0.02
_METRICS = {"l1": "CacheHitL1", "l2": "CacheHitL2", "miss": "CacheMiss"}

Told = tuple[Outcome, str]
"""An outcome and the level it came from: `l1`, `l2` or `miss`."""


@dataclass(frozen=True)
class _Asked:
    """A question, where its outcome is kept and for how long, and how it is found without a cache."""

    place: Place
    seconds: float
    execute: Callable[[], Answer]


@dataclass(frozen=True)
class CachedAnswers:
    """Answers from L1, then L2, then the handler; the log says which.

    Keys carry the organization's epoch, so a projected change makes everything older unreachable. An answer that is
    made while the index settles after a change lives no longer than one refresh interval: it may not show the change
    yet. A query with a consistency token is always executed. Of errors only NotFound is kept, and briefly.

    Near its end, an entry is made anew by one of those who ask for it, and the others go on with what is there: the
    more often it is asked for and the longer it takes to make, the earlier (XFetch, by Vattani, Chierichetti and
    Lowenstein). What nobody asks for ends in its time.
    """

    memory: MemoryCache
    shared: SharedCache
    ttl_seconds: float
    refresh_interval_seconds: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    flights: Flights[Told] = field(default_factory=Flights)

    def __call__(self, query: Query, context: QueryContext, proceed: Handler[QueryContext]) -> Answer:
        """Answer from the nearest level that can. Raises NotFound, from either level too."""
        marks = self.shared.marks(query.context, context.organization_id)
        outcome, level = self._told(query, context, proceed, marks)
        if query.cacheable:
            count(_METRICS[level])
            self.shared.seen(query.context, level)
        # The line that tells of the query, and any other until it is answered, says it too.
        logger.append_keys(cache=level)
        if isinstance(outcome, NotFound):
            raise outcome
        return replace(outcome, lag_ms=marks.lag_ms)

    def _told(self, query: Query, context: QueryContext, proceed: Handler[QueryContext], marks: Marks) -> Told:
        def execute() -> Answer:
            answer: Answer = proceed(query, context)
            return answer

        if not query.cacheable or marks.epoch is None or context.behind:
            return execute(), "miss"
        place = Place(query.context, context.organization_id, marks.epoch, query.digest)
        seconds = min(self.ttl_seconds, self.refresh_interval_seconds) if marks.settling else self.ttl_seconds
        asked = _Asked(place, seconds, execute)
        if context.token is not None:
            return self._executed(asked)
        kept = self.memory.get(place.key)
        if kept is not None and not self._ends_soon(kept):
            return unpack(kept.data, "l1"), "l1"
        return self.flights.run(place.key, lambda: self._beyond_memory(asked, kept))

    def _beyond_memory(self, asked: _Asked, mine: Kept | None) -> Told:
        """From the shared cache or the handler; `mine` is this process's own entry if it ends soon."""
        key = asked.place.key
        kept = self.shared.get(key)
        if kept is not None and not self._ends_soon(kept):
            return self._taken(asked, kept)
        if self.shared.claim(key, _FLIGHT_SECONDS):
            try:
                return self._executed(asked)
            except Retryable:
                old = self._old(asked, kept, mine)
                if old is None:
                    raise
                return old
            finally:
                self.shared.release(key)
        return self._old(asked, kept, mine) or self._waited_for(asked)

    def _old(self, asked: _Asked, kept: Kept | None, mine: Kept | None) -> Told | None:
        """What ends soon, and is good until then."""
        if kept is not None:
            return self._taken(asked, kept)
        return (unpack(mine.data, "l1"), "l1") if mine is not None else None

    def _waited_for(self, asked: _Asked) -> Told:
        """Another process executes it: its answer is likely to come sooner than ours."""
        for _ in range(round(_WAIT_SECONDS / _PAUSE_SECONDS)):
            self.sleep(_PAUSE_SECONDS)
            kept = self.shared.get(asked.place.key)
            if kept is not None:
                return self._taken(asked, kept)
        return self._executed(asked)

    def _taken(self, asked: _Asked, kept: Kept) -> Told:
        self.memory.put(asked.place, kept.data, kept.seconds)
        return unpack(kept.data, "l2"), "l2"

    def _executed(self, asked: _Asked) -> Told:
        started = self.clock()
        outcome: Outcome
        try:
            outcome, seconds = asked.execute(), asked.seconds
        except NotFound as error:
            outcome, seconds = error, min(asked.seconds, NOT_THERE_SECONDS)
        data = pack(outcome, cost_seconds=self.clock() - started)
        self.memory.put(asked.place, data, seconds)
        self.shared.put(asked.place, data, seconds)
        return outcome, "miss"

    def _ends_soon(self, kept: Kept) -> bool:
        return kept.seconds <= cost_of(kept.data) * -log(1 - self.chance())
