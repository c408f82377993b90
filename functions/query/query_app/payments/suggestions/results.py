"""OpenSearch's suggestions as ours: pure."""

from typing import Any

from query_app.payments.suggestions.dsl import CLOSE, EXACT, USES
from query_app.payments.suggestions.query import GetSuggestions

Json = dict[str, Any]


def suggestions(query: GetSuggestions, answer: Json) -> list[Json]:
    """`text` and `score`, which counts its uses: most used first, but those that match nearly behind the others."""
    buckets = [bucket for part in (EXACT, CLOSE) for bucket in answer["aggregations"][part][USES]["buckets"]]
    return [{"text": bucket["key"], "score": float(bucket["doc_count"])} for bucket in buckets[: query.limit]]
