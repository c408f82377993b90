"""What the use cases need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from query_app.logs.query import CountLogs, FindPatterns, FollowLogs, SearchLogs

Entry = dict[str, Any]
"""A log entry as it is answered."""
Steps = Mapping[int, Mapping[str, int]]
"""How many entries there are of each level that there is, in their order, by when a step begins: milliseconds since
1970."""


@dataclass(frozen=True)
class Hit:
    """An entry that was found, and where it stands in the order."""

    entry: Entry
    sort_values: tuple[Any, ...]
    highlights: dict[str, list[str]] = field(default_factory=dict)
    """By field, if asked for: HTML, what matches within `em`."""


@dataclass(frozen=True)
class Found:
    """Up to one hit more than the limit, in the order of the search or, going backward, in reverse."""

    hits: Sequence[Hit]
    total: int
    total_relation: str


@dataclass(frozen=True)
class Sample:
    """The newest of the entries that match, and how many match."""

    entries: Sequence[Entry]
    total: int
    total_relation: str


class LogIndex(Protocol):
    """The read model. Everything is of one organization. Raises EngineUnavailable."""

    def search(self, organization_id: str, query: SearchLogs) -> Found:
        """The entries that match, from the query's position on."""

    def count(self, organization_id: str, query: CountLogs) -> Steps:
        """Steps with entries, the earliest first. Raises Invalid for what would be too large."""

    def sample(self, organization_id: str, query: FindPatterns) -> Sample:
        """The newest entries."""

    def follow(self, organization_id: str, query: FollowLogs, until: datetime) -> Sequence[Hit]:
        """What came after the query's position and before `until`, up to the limit, in the order of its coming.

        Without a position the latest ones.
        """
