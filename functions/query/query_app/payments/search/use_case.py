"""A page of payments."""

from collections.abc import Callable
from typing import Any

from query_app.cursors import Cursors, Position, page
from query_app.payments.ports import Hit, SearchIndex
from query_app.payments.search import spelling
from query_app.payments.search.query import SearchPayments
from query_app.query import Answer, QueryContext


def search_payments(index: SearchIndex, cursors: Cursors) -> Callable[[SearchPayments, QueryContext], Answer]:
    """A page of payments, each with its score, and the cursors to the pages beside it."""

    def handle(query: SearchPayments, context: QueryContext) -> Answer:
        organization_id = context.organization_id
        found = index.search(organization_id, query)
        before, hits, after = page(found.hits, query.limit, query.position)

        def cursor_to(hit: Hit, *, backward: bool) -> str:
            return cursors.encode(Position(hit.sort_values, backward), organization_id, query)

        facets = {"facets": found.facets} if query.shown.facets else {}
        return Answer.fresh(
            {
                "payments": [_shown(hit, query) for hit in hits],
                "total": found.total,
                "totalRelation": found.total_relation,
                "nextCursor": cursor_to(hits[-1], backward=False) if hits and after else None,
                "prevCursor": cursor_to(hits[0], backward=True) if hits and before else None,
                **facets,
                "didYouMean": _better(index, organization_id, query, found.absent_words),
            },
            query.as_of,
        )

    return handle


def _shown(hit: Hit, query: SearchPayments) -> dict[str, Any]:
    highlights = {"highlights": hit.highlights} if query.shown.highlight else {}
    return {**hit.document, "score": hit.score, **highlights}


def _better(index: SearchIndex, organization_id: str, query: SearchPayments, wrong: tuple[str, ...]) -> str | None:
    if not wrong:
        return None
    return spelling.corrected(query.filters.condition, index.corrections(organization_id, wrong))
