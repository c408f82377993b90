"""Documents of OTLP with something odd somewhere in them are answered, entry by entry or as a whole, and never fail."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from command_app.ingestion.ports import Reading
from command_app.logs.entry import accepting as accepting_entries
from command_app.logs.otlp import OTLP as LOGS
from command_app.metrics.entry import accepting as accepting_points
from command_app.metrics.otlp import OTLP as METRICS
from common.domain.instants import now
from common.errors import Rejected
from common.logs.retention import Retention
from tests.fakes.pack_queue import Ingestion

Json = Any

NANOS = str(int(now().timestamp()) * 10**9)
TEXT = {"key": "a.b", "value": {"stringValue": "c"}}
NESTED = {"key": "d", "value": {"kvlistValue": {"values": [{"key": "e", "value": {"arrayValue": {"values": [{}]}}}]}}}
RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "api"}}]}
RECORD = {
    "timeUnixNano": NANOS,
    "severityNumber": 9,
    "traceId": "5b8efff798038103d269b633813fc60c",
    "body": {"stringValue": "payment taken"},
    "attributes": [TEXT, NESTED],
}
POINT = {"timeUnixNano": NANOS, "attributes": [TEXT], "flags": 0}
SIDE = {"offset": 1, "bucketCounts": ["1", "2"]}
DELTA = {"aggregationTemporality": 1}
DATA = {
    "gauge": {"dataPoints": [{**POINT, "asDouble": 1.5}]},
    "sum": {"dataPoints": [{**POINT, "asInt": "7"}], "isMonotonic": True, **DELTA},
    "histogram": {"dataPoints": [{**POINT, "sum": 3, "bucketCounts": ["1", "2"], "explicitBounds": [2]}], **DELTA},
    "exponentialHistogram": {
        "dataPoints": [{**POINT, "scale": 3, "sum": 3, "zeroCount": "1", "positive": SIDE, "negative": SIDE}],
        **DELTA,
    },
}
LOG_DOCUMENT = {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [{"logRecords": [RECORD, RECORD]}]}]}
METRIC_DOCUMENT = {
    "resourceMetrics": [
        {
            "resource": RESOURCE,
            "scopeMetrics": [
                {"metrics": [{"name": f"m.{kind}", "unit": "ms", kind: data} for kind, data in DATA.items()]}
            ],
        }
    ]
}
ODD: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from(
        [None, True, 0, -1, 2**31, -(2**63), 2**200, 1e308, "", "NaN", "9" * 30, "\x00", "é", [], {}, [[]]]
    ),
    st.sampled_from(
        [{"kvlistValue": {"values": [5]}}, {"arrayValue": {"values": {}}}, {"intValue": ""}, [None], {"a": {}}]
    ),
    st.floats(),
    st.text(max_size=5),
)


def places(found: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all that is in it."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(document: Json, path: tuple[Any, ...], odd: Json) -> Json:
    found = whole = copy.deepcopy(document)
    for key in path[:-1]:
        found = found[key]
    found[path[-1]] = odd
    return whole


def sent(reading: Reading, document: Json) -> None:
    """Every entry is answered for, or the whole refused by names."""
    ingestion = Ingestion(reading)
    try:
        answer = ingestion.send(json.dumps(document).encode())
    except Rejected as refused:
        assert refused.errors  # noqa: PT017  # others are taken
        return
    assert answer["accepted"] == len(ingestion.entries())
    assert all(result["errors"] for result in answer["results"] if result["outcome"] == "rejected")


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(list(places(LOG_DOCUMENT))), ODD)
def test_odd_logs(path: tuple[Any, ...], odd: Json) -> None:
    sent(Reading(LOGS, lambda _: accepting_entries(Retention())), changed(LOG_DOCUMENT, path, odd))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(list(places(METRIC_DOCUMENT))), ODD)
def test_odd_metrics(path: tuple[Any, ...], odd: Json) -> None:
    sent(Reading(METRICS, lambda _: accepting_points()), changed(METRIC_DOCUMENT, path, odd))
