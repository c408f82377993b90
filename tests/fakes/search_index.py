"""A `SearchIndex` in memory that keeps the real rules: tenancy, tombstones, filters, orders, exact sums."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from common.domain.money import Money
from query_app.language.tree import without
from query_app.payments.filters import Filters
from query_app.payments.ports import Document, Found, Hit
from query_app.payments.search import facets, spelling
from query_app.payments.search.query import Facet, SearchPayments, Sort
from query_app.payments.statistics.query import GetStatistics
from query_app.payments.suggestions.query import GetSuggestions
from tests.fakes import counting
from tests.fakes.conditions import alike, score
from tests.fakes.statistics import statistics

_NEVER = -(2**63)


class FakeSearchIndex:
    """Documents are visible to searches at once unless `refresh_by_hand` is set."""

    def __init__(self, *, refresh_by_hand: bool = False) -> None:
        self._stored: dict[tuple[str, str], Document] = {}
        self._shown: dict[tuple[str, str], Document] = {}
        self._superseded: list[Document] = []
        self._superseded_shown: list[Document] = []
        self._by_hand = refresh_by_hand
        self.searches = 0

    def write(self, *documents: Document) -> None:
        for document in documents:
            if "supersededAt" in document:
                self._superseded.append(document)
            else:
                self._stored[document["organizationId"], document["paymentId"]] = document
        if not self._by_hand:
            self.refresh()

    def refresh(self) -> None:
        self._shown = dict(self._stored)
        self._superseded_shown = list(self._superseded)

    def get(self, organization_id: str, payment_id: str) -> Document | None:
        document = self._stored.get((organization_id, payment_id))
        return None if document is None or document.get("deleted") else document

    def search(self, organization_id: str, query: SearchPayments) -> Found:
        self.searches += 1
        shown, position = query.shown, query.position
        there = [each for each in self._matching(organization_id, Filters(), query.as_of) if not each.get("deleted")]
        condition = query.filters.tree()
        matching = [each for each in there if score(condition, each) is not None]
        hits = []
        for document in matching:
            points = score(condition, document)
            told = {name: document[name] for name in shown.fields or document if name in document}
            values = _sort_values(query.sort, document, points)
            hits.append(Hit(told, points if query.sort.by_score else None, values, _highlights(query, document)))
        backward = position is not None and position.backward
        key = _place(query.sort)
        hits.sort(key=lambda hit: key(hit.sort_values), reverse=backward)
        if position:
            at = key(position.sort_values)
            hits = [hit for hit in hits if (key(hit.sort_values) < at if backward else key(hit.sort_values) > at)]
        return Found(
            hits[: query.limit + 1],
            len(matching),
            "eq",
            {name.value: counting.facet(name, _without_own(name, there, query)) for name in shown.facets},
            _absent(query, matching),
        )

    def corrections(self, organization_id: str, words: Sequence[str]) -> dict[str, str]:
        uses = Counter(
            word
            for each in self._matching(organization_id, Filters())
            if not (each.get("deleted") or each.get("erasedAt"))
            for word in counting.words_of(each)
        )
        near = {word: counting.nearest(word, uses) for word in words}
        return {word: other for word, other in near.items() if other and other != word}

    def statistics(self, organization_id: str, queries: Sequence[GetStatistics]) -> list[dict[str, Any]]:
        return [self._statistics(organization_id, query) for query in queries]

    def _statistics(self, organization_id: str, query: GetStatistics) -> dict[str, Any]:
        at_any_time = replace(query.filters, since=None, until=None)
        return statistics(query, self._matching(organization_id, at_any_time))

    def suggestions(self, organization_id: str, query: GetSuggestions) -> list[dict[str, Any]]:
        shown = [each for each in self._matching(organization_id, Filters()) if not each.get("deleted")]
        return counting.suggestions(query.text, shown, query.limit)

    def stored_version(self, organization_id: str, payment_id: str) -> int:
        return int(self._stored.get((organization_id, payment_id), {}).get("version", 0))

    def searchable_version(self, organization_id: str, payment_id: str) -> int:
        return int(self._shown.get((organization_id, payment_id), {}).get("version", 0))

    def _matching(self, organization_id: str, filters: Filters, as_of: str | None = None) -> list[Document]:
        """Deleted payments too, but not what was never one."""
        shown = list(self._shown.values())
        if as_of:
            states = [*shown, *self._superseded_shown]
            shown = [each for each in states if each["updatedAt"] <= as_of < each.get("supersededAt", "9")]
        return [
            {name: value for name, value in document.items() if name != "supersededAt"}
            for document in shown
            if document["organizationId"] == organization_id
            and "currency" in document
            and score(filters.tree(), document) is not None
        ]


def _without_own(name: Facet, documents: Iterable[Document], query: SearchPayments) -> list[Document]:
    """What passes all filters but the facet's own, among those of the facets that were asked for."""
    rest = without(query.filters.tree(), facets.NARROWED_BY[name])
    return [each for each in documents if score(rest, each) is not None]


def _absent(query: SearchPayments, documents: Iterable[Document]) -> tuple[str, ...]:
    if not query.text or query.position is not None:
        return ()
    there = {word for document in documents for word in counting.words_of(document)}
    return tuple(word for word in spelling.words(query.text) if word not in there)


def _highlights(query: SearchPayments, document: Document) -> dict[str, list[str]]:
    if not (query.text and query.shown.highlight):
        return {}
    asked = query.text.lower().split()
    parts = re.split(r"(\w+)", document["description"])
    marked = [f"<em>{escape(part)}</em>" if _any_alike(asked, part) else escape(part) for part in parts]
    return {"description": ["".join(marked)]} if any(_any_alike(asked, part) for part in parts) else {}


def _any_alike(asked: Sequence[str], word: str) -> bool:
    return any(alike(each, word.lower()) for each in asked)


def _sort_values(sort: Sort, document: Document, points: float | None) -> tuple[Any, ...]:
    digits = document.get("processedAt")
    processed = int("".join(each for each in digits if each.isdigit())) if digits else None
    missing = 2**63 - 1 if sort in (Sort.PROCESSED, Sort.BEST_LAST) else _NEVER
    at = missing if processed is None else processed
    match sort:
        case Sort.BEST_FIRST | Sort.BEST_LAST:
            return (points, at, document["paymentId"])
        case Sort.PROCESSED | Sort.PROCESSED_LATEST:
            return (at, document["paymentId"])
        case Sort.AMOUNT | Sort.AMOUNT_LARGEST:
            return (document["currency"], _minor(document), document["paymentId"])


def _place(sort: Sort) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    match sort:
        case Sort.BEST_FIRST:
            return lambda values: (-values[0], -values[1], values[2])
        case Sort.PROCESSED_LATEST:
            return lambda values: (-values[0], values[1])
        case Sort.AMOUNT_LARGEST:
            return lambda values: (values[0], -values[1], values[2])
        case _:
            return lambda values: values


def _minor(document: Document) -> int:
    return Money.parse(document["amount"], document["currency"]).minor
