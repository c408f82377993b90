"""OpenSearch's suggestions as ours: pure."""

from typing import Any

from query_app.payments.suggestions.dsl import SUGGESTION

Json = dict[str, Any]


def suggestions(answer: Json) -> list[Json]:
    """`text` and `score` of each completion, best first."""
    entries = answer["suggest"][SUGGESTION]
    return [{"text": each["text"], "score": each["_score"]} for entry in entries for each in entry.get("options", [])]
