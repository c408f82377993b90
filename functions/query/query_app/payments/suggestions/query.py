"""The question for suggestions."""

from dataclasses import dataclass

from query_app.query import Query


@dataclass(frozen=True)
class GetSuggestions(Query):
    """Descriptions in which words begin so."""

    text: str
    limit: int = 10
