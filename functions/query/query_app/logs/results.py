"""OpenSearch's entries as ours. Pure."""

from collections.abc import Iterator
from typing import Any

from common.logs.levels import LEVELS
from query_app.logs.ports import Entry, Found, Hit, Sample, Steps

Json = dict[str, Any]

_IN_ORDER: dict[str, int] = dict.fromkeys(LEVELS, 0)
_INTERNAL = frozenset({"entryId", "number", "organizationId"})


def found(answer: Json) -> Found:
    """Hits in the engine's order, and how many match."""
    return Found(hits(answer), **_total(answer))


def hits(answer: Json) -> list[Hit]:
    """Hits in the engine's order."""
    return [Hit(_entry(hit["_source"]), tuple(hit["sort"]), hit.get("highlight", {})) for hit in _hits(answer)]


def sample(answer: Json) -> Sample:
    """Entries in the engine's order, and how many match."""
    return Sample([_entry(hit["_source"]) for hit in _hits(answer)], **_total(answer))


def steps(answer: Json) -> Steps:
    """Each step with its levels."""
    found: dict[int, dict[str, int]] = {}
    for bucket in answer.get("aggregations", {}).get("time", {}).get("buckets", []):
        levels = bucket["levels"]["buckets"]
        counts = _IN_ORDER.copy()
        for level in levels:
            counts[level["key"]] = level["doc_count"]
        some = len(levels) < len(counts)
        found[bucket["key"]] = {level: count for level, count in counts.items() if count} if some else counts
    return found


def _hits(answer: Json) -> Iterator[Json]:
    yield from answer.get("hits", {}).get("hits", [])


def _total(answer: Json) -> Json:
    total = answer["hits"]["total"]
    return {"total": total["value"], "total_relation": total["relation"]}


def _entry(source: Json) -> Entry:
    told = {name: value for name, value in source.items() if name not in _INTERNAL}
    return {"id": source["entryId"], **told}
