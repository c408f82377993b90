"""Where a page of a search ends or begins: an opaque text bound to its organization and question.

It is not signed: whoever forges one only moves within the own organization, whose filter is always there.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson

from common.errors import FieldError, Malformed
from query_app.payments.search.query import SearchPayments, Sort

_VERSION = 1
_NUMBER = (int, float)
_SORT_VALUES: dict[Sort, tuple[tuple[type, ...], ...]] = {
    Sort.BEST_FIRST: (_NUMBER, (int,), (str,)),
    Sort.PROCESSED: ((int,), (str,)),
    Sort.PROCESSED_LATEST: ((int,), (str,)),
    Sort.AMOUNT: ((str,), (int,), (str,)),
    Sort.AMOUNT_LARGEST: ((str,), (int,), (str,)),
}


@dataclass(frozen=True)
class Position:
    """Just behind (or, going backward, just before) the payment with these sort values."""

    sort_values: tuple[Any, ...]
    backward: bool = False


def encode(position: Position, organization_id: str, query: SearchPayments) -> str:
    """The cursor that leads `query` of this organization to the position."""
    raw = {
        "v": _VERSION,
        "at": position.sort_values,
        "back": position.backward,
        "of": _fingerprint(organization_id, query),
    }
    return urlsafe_b64encode(orjson.dumps(raw)).decode().rstrip("=")


def decode(organization_id: str, query: SearchPayments) -> Position | None:
    """The position that the query's cursor leads to. Raises Malformed for a damaged cursor and for another search's."""
    if query.cursor is None:
        return None
    try:
        raw = orjson.loads(urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4)))
        known = raw["v"] == _VERSION and raw["of"] == _fingerprint(organization_id, query)
        position = Position(tuple(raw["at"]), raw["back"] is True)
    except (ValueError, KeyError, TypeError):
        raise _malformed("is damaged: take it from nextCursor or prevCursor as it is") from None
    if not known:
        raise _malformed("belongs to another search: send the same parameters with it, or leave it out")
    if not _fits(position.sort_values, _SORT_VALUES[query.sort]):
        raise _malformed("is damaged: take it from nextCursor or prevCursor as it is")
    return position


def _fits(values: Sequence[object], types: Sequence[tuple[type, ...]]) -> bool:
    return len(values) == len(types) and all(
        type(value) in each and (not isinstance(value, int) or -(2**63) <= value < 2**63)
        for value, each in zip(values, types, strict=True)
    )


def _fingerprint(organization_id: str, query: SearchPayments) -> str:
    # A page may be longer or shorter than the last one, so the limit is no part of it.
    question = replace(query, cursor=None, limit=0).canonical()
    return sha256(organization_id.encode() + b"\0" + question).hexdigest()[:16]


def _malformed(message: str) -> Malformed:
    return Malformed("The cursor is not usable.", [FieldError("cursor", message)])
