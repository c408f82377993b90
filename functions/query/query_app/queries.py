"""The queries, what they are asked with, and what they answer."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar

import orjson

from common.bus import Caller
from common.consistency import ConsistencyToken

Document = dict[str, Any]
"""A payment as the index keeps it, without the fields that only the index needs."""


@dataclass(frozen=True)
class QueryContext(Caller):
    """Who asks, and the write that the answer must show at least."""

    token: ConsistencyToken | None = None
    behind: bool = False
    """The index did not show the token's write in time."""


@dataclass(frozen=True)
class Answer:
    """What a query answers: a JSON object, and how fresh it is."""

    body: dict[str, Any]
    as_of: str
    """The UTC instant at which the engine answered; a cached answer keeps its own."""
    lag_ms: int | None = None
    """The organization's latest projection lag, if anybody knows."""
    cache: str = "miss"
    """`l1`, `l2` or `miss`."""
    stale: bool = False
    """The write of the caller's token is not in it yet."""

    def as_dict(self) -> dict[str, Any]:
        """The wire form."""
        meta = {"asOf": self.as_of, "lagMs": self.lag_ms, "cache": self.cache, "stale": self.stale}
        return {**self.body, **meta}


@dataclass(frozen=True)
class Query:
    """Base of all queries: a frozen value, so that equal questions have equal digests."""

    context: ClassVar[str] = "payments"
    cacheable: ClassVar[bool] = True

    def canonical(self) -> bytes:
        """One form for one question, whatever the order and spelling it came in."""
        return type(self).__name__.encode() + orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)

    def digest(self) -> str:
        """Names the question in a cache key."""
        return sha256(self.canonical()).hexdigest()[:32]


class Sort(StrEnum):
    """The orders of a search; a leading minus is descending.

    Best matches first is the default. Payments that were not processed stand last by date; amounts are ordered within
    each currency, since those of two currencies do not compare. The payment's id decides between equals.
    """

    BEST_FIRST = "-score"
    PROCESSED = "processedAt"
    PROCESSED_LATEST = "-processedAt"
    AMOUNT = "amount"
    AMOUNT_LARGEST = "-amount"


@dataclass(frozen=True)
class Filters:
    """What payments must have in common. Empty means any.

    `since` is inclusive and `until` exclusive, both canonical UTC instants of `processedAt`; amounts are decimal
    strings and mean the same in every currency.
    """

    statuses: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    min_amount: str | None = None
    max_amount: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class GetPayment(Query):
    """One payment by its id."""

    payment_id: str


@dataclass(frozen=True)
class SearchPayments(Query):
    """A page of the payments that match."""

    text: str | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.BEST_FIRST
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True)
class GetStatistics(Query):
    """Counts and sums of the payments that pass the filters."""

    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True)
class GetSuggestions(Query):
    """Completions of the beginning of a description."""

    text: str
    limit: int = 10


@dataclass(frozen=True)
class GetHistory(Query):
    """A payment's events, read from where they are written: never cached and never late."""

    cacheable: ClassVar[bool] = False

    payment_id: str
