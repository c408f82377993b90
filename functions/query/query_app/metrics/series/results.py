"""OpenSearch's answers as series. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from common.domain.model import iso
from common.errors import FieldError, Invalid
from common.metrics.sketch import Kept, decoded, quantile
from query_app.metrics.series.dsl import MAX_GROUPS, MAX_SKETCHES
from query_app.metrics.series.query import Function, GetSeries

Json = dict[str, Any]
Group = tuple[str, ...]
"""The values of the dimensions that are grouped by, in their order."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DIGITS = 15
"""That a sum of doubles is right to, if it is compensated for as OpenSearch's is."""


def aggregated(query: GetSeries, aggregations: Mapping[str, Any]) -> Json:
    """A line a group. Raises Invalid for too many."""
    told = _reader(query)
    return _answer(query, aggregations, lambda _, bucket: told(bucket))


def percentiles(query: GetSeries, answer: Mapping[str, Any]) -> Json:
    """The same of sketches. Raises Invalid for too many roll-ups."""
    hits = answer["hits"]
    if hits["total"]["value"] > MAX_SKETCHES:
        advice = f"percentiles are merged of {MAX_SKETCHES} roll-ups at most: name a shorter time or a longer interval"
        raise Invalid("The series would be too much for one answer.", [FieldError("from", advice)])
    sketches: dict[tuple[Group, str], list[Kept]] = defaultdict(list)
    for hit in hits.get("hits", ()):
        fields = hit["fields"]
        sketches[_group_of(query.group_by, fields), fields["at"][0]].append(fields["sketch"])
    first, length = _milliseconds(query.steps.first), _length(query)
    cells: dict[tuple[Group, int], list[Kept]] = defaultdict(list)
    for (group, text), some in sketches.items():
        at = int(text)
        cells[group, at - (at - first) % length] += some
    share = query.function.share or 0

    def told(group: Group, bucket: Json) -> float:
        found = quantile(decoded(*cells[group, bucket["key"]]), share) or 0.0
        return _rounded(min(max(found, bucket["min"]["value"]), bucket["max"]["value"]))

    return _answer(query, answer.get("aggregations", {}), told)


def _answer(query: GetSeries, aggregations: Mapping[str, Any], told: Callable[[Group, Json], float]) -> Json:
    lines = {
        group: {bucket["key"]: told(group, bucket) for bucket in buckets}
        for group, buckets in _groups(aggregations, len(query.group_by))
    }
    if len(lines) > MAX_GROUPS:
        advice = f"makes more than {MAX_GROUPS} lines: narrow them down by q"
        raise Invalid("There would be too many lines.", [FieldError("groupBy", advice)])
    units = [bucket["key"] for bucket in aggregations.get("units", {}).get("buckets", ())]
    steps = query.steps
    keys = range(_milliseconds(steps.first), _milliseconds(steps.end), _length(query))
    return {
        "name": query.name,
        "function": query.function,
        "unit": (units[0] or None) if len(units) == 1 else None,
        "interval": steps.interval,
        "rollUp": steps.interval.level,
        "from": iso(steps.first),
        "to": iso(steps.end),
        "at": steps.starts(),
        "series": [
            {
                "dimensions": dict(zip(query.group_by, group, strict=True)),
                "values": [lines[group].get(key) for key in keys],
            }
            for group in sorted(lines)
        ],
    }


def _groups(aggregations: Mapping[str, Any], depth: int, outer: Group = ()) -> Iterator[tuple[Group, Sequence[Json]]]:
    """The steps of each group, which are nested as deep as there are dimensions."""
    if len(outer) == depth:
        steps = aggregations.get("steps", {}).get("buckets", [])
        if steps:
            yield outer, steps
        return
    for bucket in aggregations.get("values", {}).get("buckets", []):
        yield from _groups(bucket, depth, (*outer, bucket["key"].partition("=")[2]))


def _reader(query: GetSeries) -> Callable[[Json], float]:
    """What a step's bucket says."""
    seconds = query.steps.interval.length.total_seconds()
    field = query.function.value
    match query.function:
        case Function.RATE:
            return lambda bucket: _rounded(bucket["sum"]["value"] / seconds)
        case Function.AVG:
            return lambda bucket: _rounded(bucket["sum"]["value"] / bucket["count"]["value"])
        case Function.SUM:
            return lambda bucket: _rounded(bucket["sum"]["value"])
        case _:
            return lambda bucket: bucket[field]["value"]


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _group_of(keys: Sequence[str], fields: Json) -> Group:
    if not keys:
        return ()
    values = dict(text.split("=", 1) for text in fields["dimensions"])
    return tuple(values[key] for key in keys)


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND


def _length(query: GetSeries) -> int:
    return query.steps.interval.length // _MILLISECOND
