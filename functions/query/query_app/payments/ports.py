"""What the use cases need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from common.domain.events import Event
from query_app.payments.search.query import SearchPayments
from query_app.payments.statistics.query import GetStatistics
from query_app.payments.suggestions.query import GetSuggestions

Document = dict[str, Any]
"""A payment as the index keeps it, without the fields that only the index needs."""


@dataclass(frozen=True)
class Hit:
    """A payment that matches, how well (None when not asked for), and where it stands in the order."""

    document: Document
    score: float | None
    sort_values: tuple[Any, ...]
    highlights: dict[str, list[str]] = field(default_factory=dict)
    """By field, if asked for: HTML, what matches within `em`."""


@dataclass(frozen=True)
class Found:
    """Up to one hit more than the limit, in the order of the search or, going backward, in reverse."""

    hits: list[Hit]
    total: int
    total_relation: str
    facets: dict[str, Any] = field(default_factory=dict)
    """Those that were asked for, as they are answered."""
    absent_words: tuple[str, ...] = ()
    """Of the text: those that nothing found has. Told with a first page."""


class SearchIndex(Protocol):
    """The read model. Everything is of one organization. Raises EngineUnavailable.

    Tombstones are never seen, but the money of deleted payments counts in the statistics.
    """

    def get(self, organization_id: str, payment_id: str) -> Document | None:
        """The newest document, at once after its write."""

    def search(self, organization_id: str, query: SearchPayments) -> Found:
        """The payments that match, from the query's position on."""

    def corrections(self, organization_id: str, words: Sequence[str]) -> dict[str, str]:
        """For each word that no payment has: the nearest one that some have, if there is any."""

    def statistics(self, organization_id: str, queries: Sequence[GetStatistics]) -> list[dict[str, Any]]:
        """What each is answered, all of them read at once. Raises Invalid for what would be too large."""

    def suggestions(self, organization_id: str, query: GetSuggestions) -> list[dict[str, Any]]:
        """Descriptions with words that begin so: `text` and `score`, the number of its uses; most used first."""

    def stored_version(self, organization_id: str, payment_id: str) -> int:
        """What `get` would see, tombstones included; 0 for nothing."""

    def searchable_version(self, organization_id: str, payment_id: str) -> int:
        """What a search would see, tombstones included; 0 for nothing."""


class EventHistory(Protocol):
    """The events, where the command side writes them. Raises EngineUnavailable."""

    def events(self, organization_id: str, payment_id: str) -> list[Event]:
        """Oldest first; none for an unknown payment."""
