"""Suggestions as an OpenSearch body: pure."""

from typing import Any

from query_app.payments.index_fields import TIMEOUT
from query_app.payments.suggestions.query import GetSuggestions

Json = dict[str, Any]

SUGGESTION = "text"


def suggestions(organization_id: str, query: GetSuggestions) -> Json:
    """Completions of descriptions within the organization's context; a tombstone has no description."""
    completion = {
        "field": "description.suggest",
        "size": query.limit,
        "skip_duplicates": True,
        # Three letters with one of them wrong would be almost anything.
        "fuzzy": {"fuzziness": "AUTO:4,7"},
        "contexts": {"organization": [organization_id]},
    }
    return {
        "_source": False,
        "timeout": TIMEOUT,
        "suggest": {SUGGESTION: {"prefix": query.text, "completion": completion}},
    }
