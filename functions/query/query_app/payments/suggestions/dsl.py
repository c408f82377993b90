"""Suggestions as an OpenSearch body: pure."""

from typing import Any

from query_app.dsl import TIMEOUT, tenant
from query_app.payments.index_fields import DELETED
from query_app.payments.suggestions.query import GetSuggestions

Json = dict[str, Any]

EXACT, CLOSE, USES = "exact", "close", "uses"


def suggestions(organization_id: str, query: GetSuggestions) -> Json:
    """The organization's most used descriptions in which words begin so: first exactly, then nearly.

    Counted over its own payments, and not read from the shard's dictionary as a completion would be: no other tenant's
    words can come up, and neither can what was erased.
    """
    exact = _words_begin(query.text)
    # Three letters with one of them wrong would be almost anything.
    close = _words_begin(query.text, fuzziness="AUTO:4,7", max_expansions=200)
    uses = {"terms": {"field": "description.whole", "size": query.limit}}
    return {
        "query": {
            "bool": {
                "filter": [tenant(organization_id), close],
                "must_not": [DELETED, {"exists": {"field": "erasedAt"}}],
            }
        },
        "size": 0,
        "track_total_hits": False,
        "timeout": TIMEOUT,
        "aggs": {
            EXACT: {"filter": exact, "aggs": {USES: uses}},
            CLOSE: {"filter": {"bool": {"must_not": [exact]}}, "aggs": {USES: uses}},
        },
    }


def _words_begin(text: str, **nearly: object) -> Json:
    return {"match": {"description.beginnings": {"query": text, "operator": "and", **nearly}}}
