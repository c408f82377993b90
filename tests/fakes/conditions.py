"""A tree of the query language held against one document, as the index does it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from common.payments.metadata_terms import terms
from query_app.language.tree import And, Bound, In, Node, Not, Or, Phrase, Range, Words
from query_app.payments.search.spelling import distance
from tests.fakes import counting

Document = dict[str, Any]

_NAMES = {
    "user": "userId",
    "id": "paymentId",
    "requested": "requestedAt",
    "processed": "processedAt",
    "refunded": "refundedAt",
    "updated": "updatedAt",
}
_AMOUNTS = {"amount": "amount", "refund": "refundAmount"}


def score(node: Node, document: Document) -> float | None:
    """How well it matches; None when it does not."""
    match node:
        case And(parts) | Or(parts):
            scores = [score(part, document) for part in parts]
            matched = [each for each in scores if each is not None]
            enough = len(matched) == len(parts) if isinstance(node, And) else bool(matched)
            return sum(matched) if enough else None
        case Not(part):
            return 0.0 if score(part, document) is None else None
        case Words(text, field):
            return _words(text, field, document)
        case Phrase(text, field):
            return 1.0 if _says(text, field, document) else None
        case In(field, values):
            return 0.0 if _is_one_of(field, values, document) else None
        case Range(field, lower, upper):
            return 0.0 if _within(field, lower, upper, document) else None


def _is_one_of(field: str, values: tuple[str, ...], document: Document) -> bool:
    if field in _AMOUNTS:
        return Decimal(document.get(_AMOUNTS[field], "0")) in map(Decimal, values)
    return not set(values).isdisjoint(_values(field, document))


def _values(field: str, document: Document) -> list[str]:
    metadata = document.get("metadata", {})
    if field == "tag":
        return list(metadata.get("tags", []))
    if field.startswith("metadata."):
        key = field.removeprefix("metadata.") + "="
        return [term.removeprefix(key) for term in terms(metadata) if term.startswith(key)]
    value = document.get(_NAMES.get(field, field))
    return [] if value is None else [value]


def _within(field: str, lower: Bound | None, upper: Bound | None, document: Document) -> bool:
    if field in _AMOUNTS:
        return _between(Decimal(document.get(_AMOUNTS[field], "0")), lower, upper, Decimal)
    at = document.get(_NAMES[field])
    return at is not None and _between(datetime.fromisoformat(at), lower, upper, datetime.fromisoformat)


def _between(value: Any, lower: Bound | None, upper: Bound | None, read: Callable[[str], Any]) -> bool:
    over = lower is None or value > read(lower.value) or (lower.inclusive and value == read(lower.value))
    under = upper is None or value < read(upper.value) or (upper.inclusive and value == read(upper.value))
    return over and under


def _words(text: str, field: str | None, document: Document) -> float | None:
    words = counting.words(text)
    fields = [(2.0, words, counting.words(document.get("description", "")))]
    if field:
        fields = [(1.0, words, counting.words(document.get(field, "")))]
    else:
        fields += [
            (1.0, [text], [document["paymentId"]]),
            (1.0, words, counting.words(" ".join(_values("tag", document)))),
        ]
    best = max(
        weight * sum(any(alike(asked, word) for word in there) for asked in asks) / max(1, len(there))
        for weight, asks, there in fields
    )
    return best or None


def _says(text: str, field: str | None, document: Document) -> bool:
    words = counting.words(text)
    texts = [document.get(field, "")] if field else [document.get("description", ""), *_values("tag", document)]
    said = bool(words) and any(
        there[at : at + len(words)] == words for there in map(counting.words, texts) for at in range(len(there))
    )
    return said or (field is None and text == document["paymentId"])


def alike(asked: str, word: str) -> bool:
    """With as many typos between them as the index forgives."""
    allowed = 0 if len(asked) < 3 else 1 if len(asked) < 6 else 2
    return distance(asked, word) <= allowed
