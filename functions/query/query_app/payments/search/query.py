"""The question for a page of payments."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from query_app.cursors import Position
from query_app.language.tree import Phrase, Words, wanted
from query_app.payments.filters import Filters
from query_app.query import Query


class Sort(StrEnum):
    """The orders of a search; a leading minus is descending.

    Best matches first is the default. Payments that were not processed stand last by date; amounts are ordered within
    each currency, since those of two currencies do not compare. The payment's id decides between equals.
    """

    BEST_FIRST = "-score"
    BEST_LAST = "score"
    PROCESSED = "processedAt"
    PROCESSED_LATEST = "-processedAt"
    AMOUNT = "amount"
    AMOUNT_LARGEST = "-amount"

    @property
    def by_score(self) -> bool:
        """Whether hits are ordered by how well they match."""
        return self in (Sort.BEST_FIRST, Sort.BEST_LAST)


class Facet(StrEnum):
    """What the matching payments can be counted by."""

    STATUS = "status"
    CURRENCY = "currency"
    TAGS = "tags"
    AMOUNT = "amount"
    MONTH = "month"


class Total(StrEnum):
    """How far matches are counted: all of them, or to 10,000."""

    EXACT = "exact"
    BOUNDED = "bounded"


@dataclass(frozen=True)
class Shown:
    """What an answer shows of the payments found, whichever they are."""

    total: Total = Total.EXACT
    facets: tuple[Facet, ...] = ()
    highlight: bool = False
    fields: tuple[str, ...] = ()
    """Of each payment; none means all."""


@dataclass(frozen=True)
class SearchPayments(Query):
    """A page of the payments that match."""

    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.BEST_FIRST
    limit: int = 20
    position: Position | None = None
    shown: Shown = field(default_factory=Shown)
    as_of: str | None = None
    """A UTC instant: everything as it was then, the filters too. None: as it is."""
    asked_at: datetime | None = field(default=None, repr=False, compare=False)
    """When its first page was asked for: what the text calls now. No part of the question, whose dates are resolved."""

    def question(self) -> bytes:
        """The question of all its pages."""
        return replace(self, position=None, limit=0, shown=Shown()).canonical()

    @property
    def text(self) -> str:
        """The words and phrases that a description may have to be found, whatever stands beside them; "" for none."""
        texts = (leaf for leaf in wanted(self.filters.condition) if isinstance(leaf, Words | Phrase))
        return " ".join(leaf.text for leaf in texts if leaf.field in (None, "description"))
