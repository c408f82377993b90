"""Metrics of OTLP as points; opentelemetry/proto/metrics/v1/metrics.proto.

A point says what came since the one before, as OTLP calls it: its temporality is delta. Only sums that may fall are
totals, which is what a gauge is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from command_app.ingestion.otlp import (
    Attributes,
    OtlpShape,
    Record,
    attributes_of,
    instant_of,
    object_of,
    objects,
    whole,
)
from common.errors import FieldError, Invalid
from common.metrics.sketch import SMALLEST

_RESOURCE: Final = ("service.name", "host.name")
_DELTA, _CUMULATIVE = (1, "AGGREGATION_TEMPORALITY_DELTA"), (2, "AGGREGATION_TEMPORALITY_CUMULATIVE")
_NO_VALUE = 1
"""The flag of a point that says that there is none."""
_SCALES: Final = range(-10, 21)
"""What senders use; below them no bucket is of doubles."""

DataPoint = Mapping[str, Any]


def _entries(resource: Attributes, metric: Record) -> Iterator[object]:
    """A point, or what is wrong with it, for each of the metric's."""
    kind = next((name for name in _READERS if isinstance(metric.get(name), dict)), None)
    if kind is None:
        raise _wrong("metric", f"must have one of {', '.join(_READERS)}")
    data = metric[kind]
    shared = {"name": metric.get("name"), "unit": metric.get("unit") or ""}
    of_resource = {key: resource[key] for key in _RESOURCE if key in resource}
    for point in objects(data, "dataPoints"):
        if whole(point.get("flags") or 0, "flags") & _NO_VALUE:
            continue
        try:
            dimensions = _texts({**of_resource, **attributes_of(point)})
            at = instant_of(point.get("timeUnixNano"), "timeUnixNano")
            yield {**shared, "timestamp": at, "dimensions": dimensions, **_READERS[kind](data, point)}
        except Invalid as error:
            yield from error.errors[:1]


def _gauge(_: Record, point: DataPoint) -> dict[str, Any]:
    return {"type": "gauge", "value": _value(point)}


def _sum(data: Record, point: DataPoint) -> dict[str, Any]:
    if data.get("isMonotonic"):
        _require_delta(data)
        return {"type": "counter", "value": _value(point)}
    if data.get("aggregationTemporality") not in _CUMULATIVE:
        raise _wrong("aggregationTemporality", "must be cumulative for a sum that is not monotonic")
    return _gauge(data, point)


def _histogram(data: Record, point: DataPoint) -> dict[str, Any]:
    _require_delta(data)
    return _buckets(point, _list(point, "explicitBounds"), _counts(point))


def _exponential(data: Record, point: DataPoint) -> dict[str, Any]:
    """Bucket `i` of scale `s` is what lies above `base ** i` and up to `base ** (i + 1)`, with base `2 ** 2 ** -s`."""
    _require_delta(data)
    step = 2.0 ** -_scale(point)
    above, above_counts = _half(point, "positive", step)
    below, below_counts = _half(point, "negative", step)
    zeros = whole(point.get("zeroCount") or 0, "zeroCount")
    bounds = [*(-edge for edge in reversed(below)), -SMALLEST, 0, *above]
    # Nothing lies between the halves but zeros.
    counts = [0, *reversed(below_counts), *([0] if below else []), zeros, *([0] if above else []), *above_counts, 0]
    return _buckets(point, bounds, counts)


def _scale(point: DataPoint) -> int:
    scale = whole(point.get("scale") or 0, "scale")
    if scale not in _SCALES:
        raise _wrong("scale", f"must be {_SCALES[0]} to {_SCALES[-1]}")
    return scale


def _half(point: DataPoint, name: str, step: float) -> tuple[list[float], list[int]]:
    """The edges of one side's buckets, away from zero, and their counts."""
    side = object_of(point, name)
    counts = [whole(count, "bucketCounts") for count in _list(side, "bucketCounts")]
    offset = whole(side.get("offset") or 0, "offset")
    if not counts:
        return [], []
    try:
        return [2.0 ** ((offset + edge) * step) for edge in range(len(counts) + 1)], counts
    except OverflowError:
        raise _wrong("offset", "is of values that are too large") from None


def _buckets(point: DataPoint, bounds: Sequence[object], counts: Sequence[int]) -> dict[str, Any]:
    ends = {name: point[name] for name in ("sum", "min", "max") if name in point}
    return {"type": "histogram", "buckets": {"bounds": bounds, "counts": counts, **ends}}


def _counts(point: DataPoint) -> list[int]:
    return [whole(count, "bucketCounts") for count in _list(point, "bucketCounts")]


def _list(owner: Mapping[str, Any], name: str) -> Sequence[object]:
    found = owner.get(name) or []
    if not isinstance(found, list):
        raise _wrong(name, "must be a list")
    return found


def _value(point: DataPoint) -> object:
    return whole(point["asInt"], "asInt") if "asInt" in point else point.get("asDouble")


def _require_delta(data: Record) -> None:
    if data.get("aggregationTemporality") not in _DELTA:
        advice = "must be delta: set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta in the exporter"
        raise _wrong("aggregationTemporality", advice)


def _texts(attributes: Attributes) -> dict[str, str]:
    texts = {key: each if isinstance(each, str) else orjson.dumps(each).decode() for key, each in attributes.items()}
    return {key: text for key, text in texts.items() if text}


def _wrong(field: str, message: str) -> Invalid:
    return Invalid("The metric is not usable.", [FieldError(field, message)])


_READERS: Final = {"sum": _sum, "gauge": _gauge, "histogram": _histogram, "exponentialHistogram": _exponential}

OTLP = OtlpShape("resourceMetrics", "scopeMetrics", "metrics", _entries)
