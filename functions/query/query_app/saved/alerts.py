"""The run of all alerts, each minute: every new matching payment is told of at least once, and as a rule just once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from common.batches import batches
from common.domain.instants import iso, now
from common.edge.observability import count, logger
from common.errors import EngineUnavailable, Permanent, Rejected
from query_app.logs.query import SearchLogs
from query_app.logs.use_cases import SETTLED
from query_app.payments.search.query import SearchPayments
from query_app.saved.criteria import CRITERIA
from query_app.saved.ports import Claims, Counts, Matches, SavedSearches, Topic
from query_app.saved.search import CLAIM_LIFE, OVERLAP, Alert, Match, Reached, SavedSearch, Threshold

AT_ONCE = 10
"""What SNS takes in a call."""
MOST = 1_000
"""Messages of an alert in a run: one that matches everything leaves time to the others, and goes on a minute later."""
RESERVE_MS = 8_000


@dataclass(frozen=True)
class Report:
    """What a run did."""

    alerts: int
    messages: int
    failed: int
    finished: bool


@dataclass(frozen=True)
class AlertRun:
    """Claim, tell, keep: who is killed before telling leaves a claim that runs out, who is killed after it tells again.

    An alert's `through` moves on only past what was told of, so nothing is passed over, however late a run is. That of
    a threshold moves on when it is told of: an entry counts for one message only.
    """

    searches: SavedSearches
    claims: Claims
    matches: Matches
    counts: Counts
    topic: Topic
    clock: Callable[[], datetime] = now

    def run(self, remaining_ms: Callable[[], int]) -> Report:
        """Those that were looked at longest ago come first, and one that an engine does not answer stops no other.

        Raises EngineUnavailable when there was such a one; what was told stays told.
        """
        alerts = sorted(self.searches.alerts(), key=lambda alert: alert.last_run_at or "")
        looked, messages, failed = 0, 0, 0
        unanswered: EngineUnavailable | None = None
        for alert in alerts:
            if remaining_ms() < RESERVE_MS:
                break
            looked += 1
            try:
                messages += self._look(alert, remaining_ms)
            except EngineUnavailable as error:
                unanswered = error
                logger.warning("alert not answered", extra={"search_id": alert.search_id, "reason": error.detail})
                self.searches.ran(replace(alert, last_run_at=iso(self.clock())))
            except (Rejected, Permanent) as error:
                failed += 1
                logger.error("alert failed", extra={"search_id": alert.search_id, "reason": error.detail})
        count("AlertMessages", messages)
        count("AlertsFailed", failed)
        if unanswered:
            raise unanswered
        return Report(looked, messages, failed, finished=looked == len(alerts))

    def _look(self, alert: Alert, remaining_ms: Callable[[], int]) -> int:
        search = self.searches.get(alert.organization_id, alert.search_id)
        if search is None:
            return 0
        query = _query(search)
        if isinstance(query, SearchLogs):
            return self._count(alert, search.threshold, query)
        return self._look_for(alert, query, remaining_ms)

    def _count(self, alert: Alert, threshold: Threshold | None, query: SearchLogs) -> int:
        if threshold is None:
            raise Permanent("The saved search has no threshold.")
        began = self.clock()
        until = began - SETTLED
        since = max(datetime.fromisoformat(alert.through), until - threshold.window)
        count = self.counts.count(alert.organization_id, query, since, until) if since < until else 0
        reached = count >= threshold.count
        if reached:
            self.topic.tell_that_it_is_reached(alert, threshold, Reached(count, iso(since), iso(until)))
        through = iso(until) if reached else alert.through
        self.searches.ran(replace(alert, through=through, last_run_at=iso(began), last_count=int(reached)))
        return int(reached)

    def _look_for(self, alert: Alert, query: SearchPayments, remaining_ms: Callable[[], int]) -> int:
        began, through, told, whole = self.clock(), alert.through, 0, True
        held: str | None = None
        indexed_from = datetime.fromisoformat(alert.through) - OVERLAP
        # A rebuild indexes everything anew: what has not changed since is no news.
        updated_from = max(datetime.fromisoformat(alert.since), began - CLAIM_LIFE)
        for page in self.matches.pages(alert.organization_id, query, indexed_from, updated_from):
            if told >= MOST or remaining_ms() < RESERVE_MS:
                whole = False
                break
            arrived, left = self._tell(alert, page)
            told += arrived
            held = min([held, *left] if held else left, default=None)
            through = max(through, page[-1].indexed_at)
        if whole:
            through = max(through, iso(began))
        through = min(through, held) if held else through
        self.searches.ran(replace(alert, through=through, last_run_at=iso(began), last_count=told))
        return told

    def _tell(self, alert: Alert, page: Sequence[Match]) -> tuple[int, list[str]]:
        """How many were told of, and when those were indexed that are left to a later run."""
        known = self.claims.told(alert, page)
        arrived, left = 0, []
        for some in batches([match for match in page if match.payment_id not in known], AT_ONCE):
            mine = [match for match in some if self.claims.claim(alert, match)]
            done = {match.payment_id for match in (self.topic.tell(alert, mine) if mine else ())}
            for match in some:
                if match.payment_id in done:
                    self.claims.keep(alert, match)
                else:
                    left.append(match.indexed_at)
            arrived += len(done)
        return arrived, left


def _query(search: SavedSearch) -> SearchPayments | SearchLogs:
    try:
        return CRITERIA[search.context].model_validate(search.query).query()
    except ValidationError as error:
        raise Permanent("The saved search is not one that this version knows.") from error
