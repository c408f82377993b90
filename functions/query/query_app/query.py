"""What every question has in common: what it is asked with, and what it answers."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar

import orjson

from common.bus import Caller
from common.domain.consistency import ConsistencyToken
from common.domain.instants import iso, now


@dataclass(frozen=True)
class QueryContext(Caller):
    """Who asks, and the write that the answer must show at least."""

    token: ConsistencyToken | None = None
    behind: bool = False
    """The index did not show the token's write in time."""


@dataclass(frozen=True)
class Answer:
    """What a query answers, and how fresh it is. Encoded once, when it is made: a cache passes the bytes on."""

    encoded: bytes
    """A JSON object."""
    as_of: str
    """The UTC instant whose state it shows: when the engine answered, or an earlier one that was asked for; a cached
    answer keeps its own."""
    lag_ms: int | None = None
    """The organization's latest projection lag, if anybody knows."""
    cache: str = "miss"
    """`l1`, `l2` or `miss`."""
    stale: bool = False
    """The write of the caller's token is not in it yet."""

    @classmethod
    def fresh(cls, body: dict[str, Any], as_of: str | None = None) -> "Answer":
        """One that an engine has just given, about an instant that is past or about now."""
        return cls(orjson.dumps(body), as_of=min(as_of or iso(now()), iso(now())))

    @property
    def body(self) -> dict[str, Any]:
        """What was answered, decoded anew."""
        body: dict[str, Any] = orjson.loads(self.encoded)
        return body

    def to_json(self) -> str:
        """The wire form: the object, and how fresh it is at its end."""
        meta = orjson.dumps({"asOf": self.as_of, "lagMs": self.lag_ms, "cache": self.cache, "stale": self.stale})
        separator = b"" if self.encoded == b"{}" else b","
        return b"".join((self.encoded[:-1], separator, meta[1:])).decode()


@dataclass(frozen=True)
class Query:
    """Base of all queries: a frozen value, so that equal questions have equal digests."""

    context: ClassVar[str] = "payments"
    cacheable: ClassVar[bool] = True
    by_id: ClassVar[bool] = False
    """Read in real time, so that a write shows before a search would show it."""

    def canonical(self) -> bytes:
        """One form for one question, whatever the order and spelling it came in."""
        return repr(self).encode()

    @cached_property
    def digest(self) -> str:
        """Names the question in a cache key."""
        return sha256(self.canonical()).hexdigest()[:32]
