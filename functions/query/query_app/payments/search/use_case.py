"""A page of payments."""

from collections.abc import Callable

from query_app.payments.ports import Found, Hit, SearchIndex
from query_app.payments.search import cursor
from query_app.payments.search.cursor import Position
from query_app.payments.search.query import SearchPayments
from query_app.query import Answer, QueryContext


def search_payments(index: SearchIndex) -> Callable[[SearchPayments, QueryContext], Answer]:
    """A page of payments, each with its score, and the cursors to the pages beside it."""

    def handle(query: SearchPayments, context: QueryContext) -> Answer:
        position = cursor.decode(context.organization_id, query)
        found = index.search(context.organization_id, query, position)
        before, hits, after = _page(found, query.limit, position)

        def cursor_to(hit: Hit, *, backward: bool) -> str:
            return cursor.encode(Position(hit.sort_values, backward), context.organization_id, query)

        return Answer.fresh(
            {
                "payments": [{**hit.document, "score": hit.score} for hit in hits],
                "total": found.total,
                "totalRelation": found.total_relation,
                "nextCursor": cursor_to(hits[-1], backward=False) if hits and after else None,
                "prevCursor": cursor_to(hits[0], backward=True) if hits and before else None,
            }
        )

    return handle


def _page(found: Found, limit: int, position: Position | None) -> tuple[bool, list[Hit], bool]:
    """Whether there is a page before, the page, and whether there is one after."""
    more, hits = len(found.hits) > limit, found.hits[:limit]
    if position and position.backward:
        return more, hits[::-1], True
    return position is not None, hits, more
