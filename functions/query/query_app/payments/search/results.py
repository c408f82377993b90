"""OpenSearch's hits as ours: pure."""

from typing import Any

from query_app.payments.ports import Found, Hit

Json = dict[str, Any]


def found(answer: Json) -> Found:
    """Hits in the engine's order, with the exact total."""
    hits = answer["hits"]
    return Found(
        hits=[Hit(hit["_source"], hit.get("_score"), tuple(hit["sort"])) for hit in hits.get("hits", [])],
        total=hits["total"]["value"],
        total_relation=hits["total"]["relation"],
    )
