"""OpenSearch's answers as series. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from common.domain.instants import iso
from common.errors import FieldError, Invalid
from common.metrics.sketch import Kept, quantile_of
from query_app.metrics.series.dsl import MAX_GROUPS, MAX_SKETCHES
from query_app.metrics.series.query import Function, GetSeries
from query_app.periods import milliseconds

Json = dict[str, Any]
Group = tuple[str, ...]
"""The values of the dimensions that are grouped by, in their order."""
Told = Callable[[Group, Sequence[Json]], Iterable[float]]
"""What each of a group's buckets says."""

_MILLISECOND = timedelta(milliseconds=1)
_FIFTEEN_DIGITS = "{:.15g}".format
"""That a sum of doubles is right to, if it is compensated for as OpenSearch's is."""


def aggregated(query: GetSeries, aggregations: Mapping[str, Any]) -> Json:
    """A line a group. Raises Invalid for too many."""
    read = _reader(query)
    return _answer(query, aggregations, lambda _, buckets: read(buckets))


def percentiles(query: GetSeries, answer: Mapping[str, Any]) -> Json:
    """The same of sketches. Raises Invalid for too many roll-ups."""
    hits = answer["hits"]
    if hits["total"]["value"] > MAX_SKETCHES:
        advice = f"percentiles are merged of {MAX_SKETCHES} roll-ups at most: name a shorter time or a longer interval"
        raise Invalid("The series would be too much for one answer.", [FieldError("from", advice)])
    groups = _grouped(query.group_by, hits.get("hits", ()))
    cells = {group: _cells(query, some) for group, some in groups.items()}
    share = query.function.share or 0

    def told(group: Group, buckets: Sequence[Json]) -> Iterable[float]:
        sketches = cells.get(group, {})
        values = (quantile_of(sketches.get(bucket["key"], ()), share) or 0.0 for bucket in buckets)
        ends = ((bucket["min"]["value"], bucket["max"]["value"]) for bucket in buckets)
        return _rounded(min(max(value, least), most) for value, (least, most) in zip(values, ends, strict=True))

    return _answer(query, answer.get("aggregations", {}), told)


def _answer(query: GetSeries, aggregations: Mapping[str, Any], told: Told) -> Json:
    lines = {
        group: dict(zip([bucket["key"] for bucket in buckets], told(group, buckets), strict=True))
        for group, buckets in _groups(aggregations, len(query.group_by))
    }
    if len(lines) > MAX_GROUPS:
        advice = f"makes more than {MAX_GROUPS} lines: narrow them down by q"
        raise Invalid("There would be too many lines.", [FieldError("groupBy", advice)])
    units = [bucket["key"] for bucket in aggregations.get("units", {}).get("buckets", ())]
    steps = query.steps
    keys = range(milliseconds(steps.first), milliseconds(steps.end), _length(query))
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
                "values": list(map(lines[group].get, keys)),
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


def _reader(query: GetSeries) -> Callable[[Sequence[Json]], Iterable[float]]:
    """What the steps' buckets say."""
    seconds = query.steps.interval.length.total_seconds()
    field = query.function.value
    match query.function:
        case Function.RATE:
            return lambda buckets: _rounded([bucket["sum"]["value"] / seconds for bucket in buckets])
        case Function.AVG:
            return lambda buckets: _rounded([bucket["sum"]["value"] / bucket["count"]["value"] for bucket in buckets])
        case Function.SUM:
            return lambda buckets: _rounded([bucket["sum"]["value"] for bucket in buckets])
        case _:
            return lambda buckets: [bucket[field]["value"] for bucket in buckets]


def _rounded(values: Iterable[float]) -> Iterable[float]:
    return map(float, map(_FIFTEEN_DIGITS, values))


def _grouped(keys: Sequence[str], hits: Sequence[Json]) -> Mapping[Group, Sequence[Json]]:
    """Hits by the values of the dimensions."""
    if not keys:
        return {(): hits}
    by_dimensions: dict[Group, list[Json]] = defaultdict(list)
    for hit in hits:
        by_dimensions[tuple(hit["fields"]["dimensions"])].append(hit)
    groups: dict[Group, list[Json]] = defaultdict(list)
    for dimensions, some in by_dimensions.items():
        values = dict(text.split("=", 1) for text in dimensions)
        groups[tuple(values[key] for key in keys)] += some
    return groups


def _cells(query: GetSeries, hits: Sequence[Json]) -> Mapping[int, Sequence[Kept]]:
    """The sketches of each step."""
    by_start: dict[int, list[Kept]] = defaultdict(list)
    for hit in hits:
        by_start[hit["sort"][0]].append(hit["fields"]["sketch"])
    first, length = milliseconds(query.steps.first), _length(query)
    cells: dict[int, list[Kept]] = defaultdict(list)
    for start, some in by_start.items():
        cells[start - (start - first) % length] += some
    return cells


def _length(query: GetSeries) -> int:
    return query.steps.interval.length // _MILLISECOND
