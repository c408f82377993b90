"""Suggestions."""

from collections.abc import Callable

from query_app.payments.ports import SearchIndex
from query_app.payments.suggestions.query import GetSuggestions
from query_app.query import Answer, QueryContext


def get_suggestions(index: SearchIndex) -> Callable[[GetSuggestions, QueryContext], Answer]:
    """Descriptions, most used first."""

    def handle(query: GetSuggestions, context: QueryContext) -> Answer:
        return Answer.fresh({"suggestions": index.suggestions(context.organization_id, query)})

    return handle
