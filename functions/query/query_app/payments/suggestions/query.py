"""The question for completions."""

from dataclasses import dataclass

from query_app.query import Query


@dataclass(frozen=True)
class GetSuggestions(Query):
    """Completions of the beginning of a description."""

    text: str
    limit: int = 10
