"""OpenSearch's hits as ours: pure."""

from typing import Any

from query_app.payments.ports import Found, Hit
from query_app.payments.search import facets, spelling
from query_app.payments.search.query import SearchPayments

Json = dict[str, Any]


def found(query: SearchPayments, answer: Json) -> Found:
    """Hits in the engine's order, with the total and the counts that were asked for."""
    hits, counts = answer["hits"], answer.get("aggregations", {})
    return Found(
        hits=[
            Hit(hit.get("_source", {}), hit.get("_score"), tuple(hit["sort"]), hit.get("highlight", {}))
            for hit in hits.get("hits", [])
        ],
        total=hits["total"]["value"],
        total_relation=hits["total"]["relation"],
        facets=facets.counted(query.shown.facets, counts),
        absent_words=spelling.absent(spelling.words(query.text), counts),
    )
