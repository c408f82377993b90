"""Where a page of a search ends or begins, as a text that only we can write.

It is signed, bound to its organization and question, and good for an hour. What it leads to is part of the query
(its `position`), so that cached answers are found whichever cursor led there.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol, TypeVar

import orjson

from common.domain.instants import now
from common.errors import FieldError, Malformed, Permanent

LIFE = timedelta(hours=1)
_KEY_LENGTH = 32
_SIGNATURE_BYTES = 32


Hit = TypeVar("Hit")


@dataclass(frozen=True)
class Position:
    """Just behind (or, going backward, just before) the hit with these sort values."""

    sort_values: tuple[Any, ...]
    backward: bool = False


class Paged(Protocol):
    """A query that is answered page by page."""

    @property
    def asked_at(self) -> datetime | None:
        """When its first page was asked for: what its text calls now."""

    def question(self) -> bytes:
        """What is the same for all of its pages, however long they are and whatever they show."""


@dataclass(frozen=True)
class Opened:
    """What a good cursor says."""

    position: Position
    asked_at: datetime
    """When the first page was asked for: what a text calls now."""
    of: str

    def position_in(self, organization_id: str, query: Paged) -> Position:
        """Where the query goes on. Raises Malformed for a cursor of another organization or question."""
        if self.of != _fingerprint(organization_id, query):
            raise _malformed("belongs to another search: send the same parameters with it, or leave it out")
        return self.position


class Cursors:
    """Writes cursors and reads them back. Raises Permanent for a secret of less than 32 characters."""

    def __init__(self, key: str, clock: Callable[[], datetime] = now) -> None:
        if len(key) < _KEY_LENGTH:
            raise Permanent(f"CURSOR_KEY must have {_KEY_LENGTH} characters or more")
        self._key = key.encode()
        self._clock = clock

    def encode(self, position: Position, organization_id: str, query: Paged) -> str:
        """The cursor that leads `query` of this organization to the position."""
        expires = int((self._clock() + LIFE).timestamp())
        asked_at = int((query.asked_at or self._clock()).timestamp())
        said = [_fingerprint(organization_id, query), expires, asked_at, position.backward, *position.sort_values]
        raw = orjson.dumps(said)
        return _text(self._signature(raw) + raw)

    def open(self, text: str) -> Opened:
        """What a cursor says. Raises Malformed for a changed and an expired one."""
        raw = self._signed(text)
        if raw is None:
            raise _malformed("is not one of ours: take it from nextCursor or prevCursor as it is")
        of, expires, asked_at, backward, *sort_values = orjson.loads(raw)
        if expires <= self._clock().timestamp():
            raise _malformed("has expired: begin again without it")
        return Opened(Position(tuple(sort_values), backward), datetime.fromtimestamp(asked_at, UTC), of)

    def _signed(self, text: str) -> bytes | None:
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        signature, raw = data[:_SIGNATURE_BYTES], data[_SIGNATURE_BYTES:]
        # One spelling each: base64 reads some texts alike.
        ours = _text(data) == text and hmac.compare_digest(signature, self._signature(raw))
        return raw if ours else None

    def _signature(self, raw: bytes) -> bytes:
        return hmac.digest(self._key, raw, "sha256")


def page(found: Sequence[Hit], limit: int, position: Position | None) -> tuple[bool, Sequence[Hit], bool]:
    """Of one hit more than the limit: whether there is a page before, the page, and whether there is one after."""
    more, hits = len(found) > limit, found[:limit]
    if position and position.backward:
        return more, hits[::-1], True
    return position is not None, hits, more


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _fingerprint(organization_id: str, query: Paged) -> str:
    return sha256(organization_id.encode() + b"\0" + query.question()).hexdigest()[:32]


def _malformed(message: str) -> Malformed:
    return Malformed("The cursor is not usable.", [FieldError("cursor", message)])
