"""What saved searches and alerts need from outside."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from query_app.logs.query import SearchLogs
from query_app.payments.search.query import SearchPayments
from query_app.saved.search import Alert, Match, Reached, SavedSearch, Threshold


class SavedSearches(Protocol):
    """The searches of all organizations. Raises EngineUnavailable."""

    def add(self, search: SavedSearch) -> None:
        """Keep a new one. Raises Conflict for a name that its owner has, and TooMany."""

    def get(self, organization_id: str, search_id: str) -> SavedSearch | None:
        """As it is now."""

    def readable(self, organization_id: str, user_id: str) -> list[SavedSearch]:
        """The user's own and the shared ones."""

    def replace(self, before: SavedSearch, after: SavedSearch) -> None:
        """Change one. Raises VersionConflict unless `before` is what is kept, Conflict and TooMany as `add` does."""

    def remove(self, search: SavedSearch) -> None:
        """Forget one. Raises VersionConflict unless it is what is kept."""

    def alert_of(self, organization_id: str, search_id: str) -> Alert | None:
        """How its alert is, if it is one."""

    def alerts(self) -> Iterator[Alert]:
        """All there are."""

    def ran(self, alert: Alert) -> None:
        """Keep how far an alert is; one that was switched off stays so."""


class Claims(Protocol):
    """Which payments an alert has told of. Raises EngineUnavailable."""

    def told(self, alert: Alert, matches: Sequence[Match]) -> set[str]:
        """Those that it has told of, by their ids."""

    def claim(self, alert: Alert, match: Match) -> bool:
        """The right to tell of one, for a while; False when another run has it."""

    def keep(self, alert: Alert, match: Match) -> None:
        """It was told of."""


class Matches(Protocol):
    """The read model by the time when it took something in. Raises EngineUnavailable."""

    def pages(
        self, organization_id: str, query: SearchPayments, indexed_from: datetime, updated_from: datetime
    ) -> Iterator[Sequence[Match]]:
        """Those that match, were indexed and last changed since then, oldest first by `indexed_at`."""


class Counts(Protocol):
    """The log entries by the time when the read model took them in. Raises EngineUnavailable."""

    def count(self, organization_id: str, query: SearchLogs, since: datetime, until: datetime) -> int:
        """How many match and were indexed between the two."""


class Topic(Protocol):
    """Where messages go. Raises EngineUnavailable."""

    def tell_that_it_is_reached(self, alert: Alert, threshold: Threshold, reached: Reached) -> None:
        """One message, which is called the same if it is told again."""

    def tell(self, alert: Alert, matches: Sequence[Match]) -> Sequence[Match]:
        """A message of each; answers those that arrived."""
