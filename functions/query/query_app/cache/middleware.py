"""The cache as middleware of the QueryBus."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from common.bus import Handler
from common.observability import count, logger
from query_app.cache.entry import pack, unpack
from query_app.cache.flights import Flights
from query_app.cache.memory import MemoryCache
from query_app.cache.ports import Marks, Place, SharedCache
from query_app.query import Answer, Query, QueryContext

_FLIGHT_SECONDS = 5.0
_WAIT_SECONDS = 1.0
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class CachedAnswers:
    """Answers from L1, then L2, then the handler; logs which.

    Keys carry the organization's epoch, so a projected change makes everything older unreachable. An answer that is
    made while the index settles after a change lives no longer than one refresh interval: it may not show the change
    yet. A query with a consistency token is always executed. Errors are never kept.
    """

    memory: MemoryCache
    shared: SharedCache
    ttl_seconds: float
    refresh_interval_seconds: float
    sleep: Callable[[float], None] = time.sleep
    flights: Flights[Answer] = field(default_factory=Flights)

    def __call__(self, query: Query, context: QueryContext, proceed: Handler[QueryContext]) -> Answer:
        """Answer from the nearest level that can."""
        marks = self.shared.marks(query.context, context.organization_id)
        answer = self._answer(query, context, proceed, marks)
        count({"l1": "CacheHitL1", "l2": "CacheHitL2"}.get(answer.cache, "CacheMiss"))
        told = "executed" if answer.cache == "miss" else "hit"
        logger.info(told, extra={"message_name": type(query).__name__, "cache": answer.cache})
        return replace(answer, lag_ms=marks.lag_ms)

    def _answer(self, query: Query, context: QueryContext, proceed: Handler[QueryContext], marks: Marks) -> Answer:
        def execute() -> Answer:
            answer: Answer = proceed(query, context)
            return answer

        if not query.cacheable or marks.epoch is None or context.behind:
            return execute()
        place = Place(query.context, context.organization_id, marks.epoch, query.digest())
        seconds = min(self.ttl_seconds, self.refresh_interval_seconds) if marks.settling else self.ttl_seconds
        if context.token is not None:
            return self._kept(place, execute(), seconds)
        data = self.memory.get(place.key)
        if data is not None:
            return unpack(data, "l1")
        return self.flights.run(place.key, lambda: self._from_shared(place, execute, seconds))

    def _from_shared(self, place: Place, execute: Callable[[], Answer], seconds: float) -> Answer:
        answer = self._taken(place)
        if answer is not None:
            return answer
        if not self.shared.claim(place.key, _FLIGHT_SECONDS):
            # Another process executes it: its answer is likely to come sooner than ours.
            for _ in range(round(_WAIT_SECONDS / _PAUSE_SECONDS)):
                self.sleep(_PAUSE_SECONDS)
                answer = self._taken(place)
                if answer is not None:
                    return answer
            return self._kept(place, execute(), seconds)
        try:
            return self._kept(place, execute(), seconds)
        finally:
            self.shared.release(place.key)

    def _taken(self, place: Place) -> Answer | None:
        kept = self.shared.get(place.key)
        if kept is None:
            return None
        self.memory.put(place, kept.data, kept.seconds)
        return unpack(kept.data, "l2")

    def _kept(self, place: Place, answer: Answer, seconds: float) -> Answer:
        data = pack(answer)
        self.memory.put(place, data, seconds)
        self.shared.put(place, data, seconds)
        return answer
