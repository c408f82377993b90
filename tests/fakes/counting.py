"""Facets, misspelt words and suggestions over payments in memory, by the rules of the real index."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from common.payments.index import LONGEST_SUGGESTION
from query_app.payments.ports import Document
from query_app.payments.search.query import Facet
from query_app.payments.search.spelling import distance

_RANGES = [(None, 10), (10, 50), (50, 100), (100, 500), (500, 1_000), (1_000, 5_000), (5_000, 10_000), (10_000, None)]


def facet(name: Facet, documents: Iterable[Document]) -> list[dict[str, Any]]:
    if name is Facet.AMOUNT:
        amounts = [Decimal(document["amount"]) for document in documents]
        return [
            {
                "from": low and str(low),
                "to": high and str(high),
                "count": sum((low or 0) <= each and (high is None or each < high) for each in amounts),
            }
            for low, high in _RANGES
        ]
    counts = Counter(value for document in documents for value in _values(name, document))
    by_size = sorted(counts.items(), key=lambda each: each[0] if name is Facet.MONTH else (-each[1], each[0]))
    return [{"value": value, "count": count} for value, count in by_size]


def _values(name: Facet, document: Document) -> Sequence[str]:
    match name:
        case Facet.TAGS:
            tags: list[str] = document.get("metadata", {}).get("tags", [])
            return tags
        case Facet.MONTH:
            return [document["processedAt"][:7]] if document.get("processedAt") else []
        case _:
            return [document[name]]


def words_of(document: Document) -> set[str]:
    texts = [document.get("description", ""), *document.get("metadata", {}).get("tags", [])]
    return {word for text in texts for word in words(text)}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def nearest(word: str, uses: Counter[str]) -> str | None:
    allowed = 2 if len(word) >= 6 else 1
    near = [(distance(word, other), -count, other) for other, count in uses.items()]
    found = min((each for each in near if each[0] <= allowed), default=None)
    return found[2] if found else None


def suggestions(text: str, documents: Iterable[Document], limit: int) -> list[dict[str, Any]]:
    shown = (each["description"] for each in documents if each.get("description") and not each.get("erasedAt"))
    uses = Counter(described for described in shown if len(described) <= LONGEST_SUGGESTION)
    places = {described: place for described in uses if (place := _place(text, described)) is not None}
    best = sorted(places, key=lambda described: (places[described], -uses[described], described))
    return [{"text": described, "score": float(uses[described])} for described in best[:limit]]


def _place(text: str, described: str) -> int | None:
    """0 where every word begins one of the description, 1 where it nearly does."""
    asked, there = words(text), words(described)
    if not asked:
        return None
    if all(any(word.startswith(each) for word in there) for each in asked):
        return 0
    return 1 if all(any(_nearly_begins(each, word) for word in there) for each in asked) else None


def _nearly_begins(asked: str, word: str) -> bool:
    typos = 0 if len(asked) < 4 else 1 if len(asked) < 7 else 2
    beginnings = (word[:length] for length in range(1, min(15, len(word)) + 1))
    return any(distance(asked, beginning) <= typos for beginning in beginnings)
