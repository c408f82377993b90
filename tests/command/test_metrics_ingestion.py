"""Taking in points: each kind as its projector reads it, OTLP's too, and what is wrong with the others."""

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_app.ingestion.ports import Reading
from command_app.metrics.entry import accepting
from command_app.metrics.otlp import OTLP
from common.domain.instants import iso, now
from common.metrics.points import MAX_BUCKETS, Point
from common.metrics.sketch import ACCURACY
from tests.fakes.pack_queue import Ingestion

AT = now().replace(microsecond=0)
GOOD = {"name": "orders", "type": "counter", "timestamp": iso(AT), "value": 3}
NANOS = str(int(AT.timestamp()) * 10**9)
DELTA, CUMULATIVE = 1, "AGGREGATION_TEMPORALITY_CUMULATIVE"


@pytest.fixture
def ingestion() -> Ingestion:
    return fresh()


def fresh() -> Ingestion:
    return Ingestion(Reading(OTLP, lambda _: accepting()))


def otlp(kind: str, *points: dict[str, Any], **data: object) -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "api"}}]}
    metric = {"name": "http.duration", "unit": "ms", kind: {"dataPoints": list(points), **data}}
    return {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [metric]}]}]}


def data_point(**given: object) -> dict[str, object]:
    route = {"key": "http.route", "value": {"stringValue": "/v1/orders"}}
    status = {"key": "status", "value": {"intValue": "200"}}
    return {"timeUnixNano": NANOS, "attributes": [route, status], **given}


@pytest.mark.parametrize(
    "point",
    [
        GOOD,
        {**GOOD, "id": "mine", "unit": "1", "dimensions": {"host": "web-1", "http.route": "/v1/orders"}},
        {**GOOD, "type": "gauge", "value": -0.25},
        {**GOOD, "value": None, "type": "histogram", "values": [1, 2.5, 3]},
        {**GOOD, "value": None, "type": "histogram", "buckets": {"bounds": [10, 20], "counts": [0, 2, 1], "sum": 60.5}},
    ],
)
def test_a_point_arrives_as_it_was_sent(ingestion: Ingestion, point: dict[str, object]) -> None:
    answer = ingestion.send([point])
    assert answer["accepted"] == 1, answer
    [entry] = ingestion.entries()
    assert entry.items() >= {name: value for name, value in point.items() if value is not None}.items()
    assert entry["id"] == answer["results"][0]["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "no spaces"}, "name"),
        ({"type": "meter"}, "type"),
        ({"value": "3"}, "value"),
        ({"value": True}, "value"),
        ({"value": 1e19}, "value"),
        ({"value": -1}, "entry"),
        ({"value": None}, "entry"),
        ({"values": [1]}, "entry"),
        ({"type": "histogram", "value": None, "values": []}, "values"),
        ({"type": "histogram", "value": None, "buckets": {"bounds": [1], "counts": [1], "sum": 1}}, "buckets.counts"),
        ({"type": "histogram", "value": None, "buckets": {"bounds": [2, 1], "counts": [1, 1, 1], "sum": 1}}, "buckets"),
        ({"type": "histogram", "value": None, "buckets": {"bounds": [1], "counts": [0, 0], "sum": 1}}, "buckets"),
        ({"dimensions": {"a b": "x"}}, "dimensions.a b.[key]"),
        ({"dimensions": {"host": 5}}, "dimensions.host"),
        ({"dimensions": {f"d{number}": "x" for number in range(11)}}, "dimensions"),
        ({"timestamp": iso(AT + timedelta(hours=2))}, "timestamp"),
        ({"timestamp": iso(AT - timedelta(days=31))}, "timestamp"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_point_is_named_and_does_not_stop_its_neighbours(
    ingestion: Ingestion, change: dict[str, object], field: str
) -> None:
    answer = ingestion.send([GOOD, {**GOOD, **change}, {**GOOD, "value": 5}])
    assert [result["outcome"] for result in answer["results"]] == ["accepted", "rejected", "accepted"]
    assert answer["results"][1]["errors"][0]["field"] == field
    assert len(ingestion.entries()) == 2


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (otlp("gauge", data_point(asDouble=12.5)), {"type": "gauge", "value": 12.5}),
        (
            otlp("sum", data_point(asInt="7"), isMonotonic=True, aggregationTemporality=DELTA),
            {"type": "counter", "value": 7},
        ),
        (otlp("sum", data_point(asInt="-7"), aggregationTemporality=CUMULATIVE), {"type": "gauge", "value": -7}),
        (
            otlp(
                "histogram",
                data_point(count="3", sum=60.5, min=12, bucketCounts=["0", "2", "1"], explicitBounds=[10, 20]),
                aggregationTemporality=DELTA,
            ),
            {"type": "histogram", "buckets": {"bounds": [10, 20], "counts": [0, 2, 1], "sum": 60.5, "min": 12}},
        ),
    ],
)
def test_a_metric_of_otlp_becomes_a_point(
    ingestion: Ingestion, document: dict[str, Any], expected: dict[str, object]
) -> None:
    assert ingestion.send(document)["accepted"] == 1, ingestion.send(document)
    entry = ingestion.entries()[0]
    assert {name: value for name, value in entry.items() if name != "id"} == {
        "name": "http.duration",
        "unit": "ms",
        "timestamp": iso(AT),
        "dimensions": {"service.name": "api", "http.route": "/v1/orders", "status": "200"},
        **expected,
    }


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (
            otlp("sum", data_point(asInt="7"), isMonotonic=True, aggregationTemporality=CUMULATIVE),
            "aggregationTemporality",
        ),
        (otlp("sum", data_point(asInt="7"), aggregationTemporality=DELTA), "aggregationTemporality"),
        (otlp("histogram", data_point(count="3"), aggregationTemporality=CUMULATIVE), "aggregationTemporality"),
        (otlp("gauge", data_point(asInt=1.5)), "asInt"),
        (otlp("gauge", data_point(asDouble="NaN")), "value"),
        (otlp("summary", data_point()), "metric"),
        (otlp("exponentialHistogram", data_point(positive=5), aggregationTemporality=DELTA), "positive"),
        (otlp("exponentialHistogram", data_point(scale=-2_000), aggregationTemporality=DELTA), "scale"),
        (
            otlp(
                "exponentialHistogram",
                data_point(positive={"offset": 2**40, "bucketCounts": ["1"]}),
                aggregationTemporality=DELTA,
            ),
            "offset",
        ),
        (
            otlp("gauge", data_point(asInt=1, attributes=[{"key": "odd", "value": {"intValue": "9" * 20}}])),
            "intValue",
        ),
    ],
)
def test_what_otlp_says_otherwise_is_refused_and_does_not_stop_its_neighbours(
    ingestion: Ingestion, document: dict[str, Any], field: str
) -> None:
    document["resourceMetrics"] += otlp("gauge", data_point(asDouble=1))["resourceMetrics"]
    answer = ingestion.send(document)
    assert [result["outcome"] for result in answer["results"]] == ["rejected", "accepted"]
    assert answer["results"][0]["errors"][0]["field"] == field


@settings(deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6).filter(lambda value: not 0 < abs(value) < 1e-6), min_size=1, max_size=40),
    scale=st.integers(2, 5),
)
def test_an_exponential_histogram_keeps_its_percentiles(values: list[float], scale: int) -> None:
    """Given what an OpenTelemetry SDK makes of the values, each side in its own buckets."""
    positive: dict[str, Any] = {"offset": 0, "bucketCounts": []}
    negative: dict[str, Any] = {"offset": 0, "bucketCounts": []}
    index = {sign: sorted(_bucket(abs(each), scale) for each in values if each * sign > 0) for sign in (1, -1)}
    for sign, side in ((1, positive), (-1, negative)):
        if index[sign]:
            first, last = index[sign][0], index[sign][-1]
            side["offset"] = first
            side["bucketCounts"] = [str(index[sign].count(each)) for each in range(first, last + 1)]
    point = data_point(
        scale=scale, zeroCount=str(values.count(0)), positive=positive, negative=negative, sum=sum(values), count="0"
    )
    ingestion = fresh()
    answer = ingestion.send(otlp("exponentialHistogram", point, aggregationTemporality=DELTA))
    if answer["rejected"]:
        assert answer["results"][0]["errors"][0]["field"] == "buckets.bounds"
        assert len(positive["bucketCounts"]) + len(negative["bucketCounts"]) > MAX_BUCKETS - 4
        return
    assert answer["accepted"] == 1, answer
    summary = Point.model_validate(ingestion.entries()[0]).summary()
    assert summary.count == len(values)
    width = 2.0 ** (2.0**-scale) - 1
    for share in (0, 0.5, 1):
        exact = sorted(values)[int(share * (len(values) - 1))]
        assert abs(summary.quantile(share) - exact) <= abs(exact) * (width + ACCURACY) + 1e-9


def _bucket(value: float, scale: int) -> int:
    """The bucket above whose lower edge, and up to whose upper edge, the value lies."""
    return math.ceil(math.log2(value) * float(2**scale)) - 1
