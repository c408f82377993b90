"""What an organization may ask for, as middleware of the QueryBus (docs/adr/0027)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Protocol

from common.bus import Handler
from common.errors import TooMany
from query_app.query import Answer, Query, QueryContext

WINDOW_SECONDS = 10
"""The rate holds for each of these; within one, an organization may be as quick as it likes."""
TOLD_EVERY_SECONDS = 1.0


class Tally(Protocol):
    """Counts for all processes together."""

    def asked(self, context: str, organization_id: str, window: int, number: int) -> int | None:
        """Add to an organization's questions in a window; answers their sum, None when nobody knows. Never raises."""


@dataclass
class _Asked:
    of_all: int = 0
    """As the tally last said."""
    since: int = 0
    """In this process, since it was told."""
    told_at: float = float("-inf")


@dataclass
class Allowance:
    """So many questions a second to each context, averaged over a window; more are refused until the next one.

    The tally is told at most once a second, so what runs in many processes at once may exceed the limit by what they
    answer in that second. While it knows nothing, each process holds the limit by itself.
    """

    tally: Tally
    per_second: int
    clock: Callable[[], float] = time.time
    _window: int = 0
    _known: dict[tuple[str, str], _Asked] = field(default_factory=dict)

    def __call__(self, query: Query, context: QueryContext, proceed: Handler[QueryContext]) -> Answer:
        """Let it through, or raise TooMany."""
        self._take(query.context, context.organization_id)
        answer: Answer = proceed(query, context)
        return answer

    def _take(self, context: str, organization_id: str) -> None:
        now = self.clock()
        if (window := int(now // WINDOW_SECONDS)) != self._window:
            self._window, self._known = window, {}
        known = self._known.setdefault((context, organization_id), _Asked())
        if known.of_all + known.since >= self.per_second * WINDOW_SECONDS:
            wait = ceil((window + 1) * WINDOW_SECONDS - now)
            raise TooMany(f"Your organization may ask {self.per_second} times a second here.", retry_after=wait)
        known.since += 1
        if now - known.told_at >= TOLD_EVERY_SECONDS:
            known.told_at = now
            of_all = self.tally.asked(context, organization_id, window, known.since)
            if of_all is not None:
                known.of_all, known.since = of_all, 0
