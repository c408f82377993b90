"""Read your writes: a query that carries a consistency token waits, a little, until the index shows that write."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from common.bus import Handler
from common.domain.consistency import HEADER
from common.edge.observability import count
from common.errors import NotFound, NotShownYet
from query_app.query import Answer, Query, QueryContext


class Versions(Protocol):
    """What the read model shows of a payment, tombstones included; 0 for nothing."""

    def stored_version(self, organization_id: str, payment_id: str) -> int:
        """What a look by id would see."""

    def searchable_version(self, organization_id: str, payment_id: str) -> int:
        """What a search would see."""


@dataclass(frozen=True)
class ReadYourWrites:
    """Middleware. An answer that could not wait any longer says `stale`."""

    index: Versions
    patience_seconds: float = 2.0
    pause_seconds: float = 0.05
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, query: Query, context: QueryContext, proceed: Handler[QueryContext]) -> Answer:
        """Wait, then proceed. Raises NotShownYet for a payment that is not there, or only not yet."""
        # What is not cacheable is read from where it was written: nothing to wait for.
        if context.token is None or not query.cacheable:
            answer: Answer = proceed(query, context)
            return answer
        behind = not self._shown(query, context)
        try:
            answer = proceed(query, replace(context, behind=behind))
        except NotFound as error:
            if behind:
                raise NotShownYet(f"{error.detail}. The write of the {HEADER} is not shown yet.") from error
            raise
        return replace(answer, stale=behind)

    def _shown(self, query: Query, context: QueryContext) -> bool:
        token = context.token
        if token is None:
            return True
        version_of = self.index.stored_version if query.by_id else self.index.searchable_version
        deadline = self.clock() + self.patience_seconds
        while version_of(context.organization_id, token.payment_id) < token.version:
            if self.clock() >= deadline:
                count("ConsistencyTimeout")
                return False
            self.sleep(self.pause_seconds)
        return True
