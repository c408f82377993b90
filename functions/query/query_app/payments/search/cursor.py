"""Where a page of a search ends or begins, as a text that only we can write.

It is signed, bound to its organization and question, and good for an hour. What it leads to is part of the question
(`SearchPayments.position`), so that cached answers are found whichever cursor led there.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson

from common.domain.model import now
from common.errors import FieldError, Malformed, Permanent
from query_app.payments.search.query import Position, SearchPayments, Shown

LIFE = timedelta(hours=1)
_KEY_LENGTH = 32
_SIGNATURE_BYTES = 32


@dataclass(frozen=True)
class Opened:
    """What a good cursor says."""

    position: Position
    asked_at: datetime
    """When the first page was asked for: what a text calls now."""
    of: str

    def position_in(self, organization_id: str, query: SearchPayments) -> Position:
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

    def encode(self, position: Position, organization_id: str, query: SearchPayments) -> str:
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


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _fingerprint(organization_id: str, query: SearchPayments) -> str:
    # A page may be longer or shorter than the last one and show more or less: these are no part of the question.
    question = replace(query, position=None, limit=0, shown=Shown()).canonical()
    return sha256(organization_id.encode() + b"\0" + question).hexdigest()[:32]


def _malformed(message: str) -> Malformed:
    return Malformed("The cursor is not usable.", [FieldError("cursor", message)])
