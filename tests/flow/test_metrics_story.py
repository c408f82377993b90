"""Points of metrics: sent by HTTP in whatever pieces and as often as it takes, and counted once."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from math import fsum
from typing import Any

import pytest

from common.domain.instants import iso, now
from common.metrics.index import INDICES
from common.metrics.rollups import Level
from common.metrics.summary import exact_sum
from local.inprocess.system import System

START = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)


def points() -> list[dict[str, Any]]:
    """A known set: 600 points of three hosts over two hours and a half."""
    return [
        {
            "name": "checkout.duration",
            "type": "gauge",
            "unit": "ms",
            "timestamp": iso(START + timedelta(seconds=15 * number)),
            "value": number * 7 % 100 / 10,
            "dimensions": {"host": f"web-{number % 3}"},
        }
        for number in range(600)
    ]


def sums(system: System, level: Level) -> Mapping[str, tuple[int, Fraction]]:
    """How many points, and their exact sum, by when a roll-up begins."""
    body = {"size": 10_000, "query": {"term": {"organizationId": "org-456"}}}
    found = system.opensearch.search(index=INDICES[level].pattern, body=body)
    totals: dict[str, tuple[int, Fraction]] = {}
    for each in (hit["_source"] for hit in found["hits"]["hits"]):
        count, total = totals.get(each["at"], (0, Fraction()))
        totals[each["at"]] = count + each["count"], total + Fraction(each["exactSum"])
    return totals


def known(level: Level) -> Mapping[str, tuple[int, Fraction]]:
    totals: dict[str, tuple[int, Fraction]] = {}
    for number, point in enumerate(points()):
        at = iso(level.start_of(START + timedelta(seconds=15 * number)))
        count, total = totals.get(at, (0, Fraction()))
        totals[at] = count + 1, total + Fraction(str(point["value"]))
    return totals


def test_a_known_set_of_points_is_counted_once_in_each_minute_hour_and_day(system: System) -> None:
    token = system.token("org-456")
    # Given points of another organization, which nobody else sees
    system.request("POST", "/v1/metrics", body=points()[:5], token=system.token("org-other"))

    # When points are sent, some of them twice, late and in another order, one of them bad
    assert system.request("POST", "/v1/metrics", body=points()[300:], token=token).json["accepted"] == 300
    assert system.roll_up() == 2
    answer = system.request("POST", "/v1/metrics", body=[*reversed(points()[:400]), {"name": "bad"}], token=token)
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 400, 1)
    system.roll_up()

    # Then each counts once, and the sums are exact
    for level in Level:
        assert sums(system, level) == known(level), level


def ask(system: System, status: int = 200, organization: str = "org-456", **query: Any) -> Any:
    asked = {"name": "checkout.duration", "from": iso(START), "to": iso(START + timedelta(hours=3)), **query}
    answer = system.request("GET", "/v1/metrics/series", token=system.token(organization), query=asked)
    assert answer.status == status, answer.json
    return answer.json


def values(of: Iterable[Mapping[str, Any]], start: timedelta, length: timedelta) -> list[float]:
    """Of the points within a time."""
    first, end = iso(START + start), iso(START + start + length)
    return [point["value"] for point in of if first <= point["timestamp"] < end]


def test_a_series_tells_what_the_points_say(system: System) -> None:
    # Given the known set, and a point of another organization's
    system.request("POST", "/v1/metrics", body=points(), token=system.token("org-456"))
    system.request("POST", "/v1/metrics", body=[{**points()[0], "value": 9_999}], token=system.token("org-other"))
    system.roll_up()

    # Then hours are told from the hours' roll-ups, and a step without points is null
    hours = ask(system, function="sum", interval="1h")
    hour = timedelta(hours=1)
    of_hours = [values(points(), number * hour, hour) for number in range(3)]
    assert (hours["rollUp"], hours["unit"], hours["interval"]) == ("1h", "ms", "1h")
    assert hours["at"] == [iso(START + number * hour) for number in range(3)]
    assert hours["series"] == [{"dimensions": {}, "values": [float(exact_sum(each)) for each in of_hours]}]

    # And each function is that of the points
    expected: dict[str, list[float]] = {
        "count": [len(each) for each in of_hours],
        "min": [min(each) for each in of_hours],
        "max": [max(each) for each in of_hours],
        "avg": [fsum(each) / len(each) for each in of_hours],
        "rate": [fsum(each) / 3600 for each in of_hours],
        "p50": [sorted(each)[(len(each) - 1) // 2] for each in of_hours],
        "p95": [sorted(each)[int(0.95 * (len(each) - 1))] for each in of_hours],
    }
    for function, told in expected.items():
        [line] = ask(system, function=function, interval="1h")["series"]
        assert line["values"] == pytest.approx(told, rel=0.011 if function.startswith("p") else 1e-14), function

    # And a chart of its own choice has gaps where nothing was sent
    chart = ask(system, function="max")
    assert (chart["interval"], chart["rollUp"], len(chart["at"])) == ("1m", "1m", 180)
    assert chart["series"][0]["values"][150:] == [None] * 30
    assert None not in chart["series"][0]["values"][:150]

    # And lines are told apart, or left out, by dimensions
    lines = ask(system, function="count", interval="1h", groupBy="host")["series"]
    assert [line["dimensions"] for line in lines] == [{"host": f"web-{number}"} for number in range(3)]
    assert [sum(line["values"]) for line in lines] == [200, 200, 200]
    [p99] = ask(system, function="p99", groupBy="host", q="dimension.host:web-1", interval="7d")["series"]
    assert p99["dimensions"] == {"host": "web-1"}
    assert p99["values"][-1] == pytest.approx(9.8, rel=0.011)
    [rest] = ask(system, function="count", q="-dimension.host:web-1 unit:ms type:gauge", interval="1d")["series"]
    assert sum(each or 0 for each in rest["values"]) == 400

    # And nobody else sees them
    assert ask(system, organization="org-stranger")["series"] == []
    [other] = ask(system, organization="org-other", function="sum", interval="1d")["series"]
    assert sum(each or 0 for each in other["values"]) == 9_999

    # And an answer is kept until there are new points
    assert any(ask(system, function="sum", interval="1h")["cache"] in ("l1", "l2") for _ in range(20))
    system.request("POST", "/v1/metrics", body=[{**points()[0], "value": 0.5}], token=system.token("org-456"))
    system.roll_up()
    newer = ask(system, function="sum", interval="1h")
    assert (newer["cache"], newer["series"][0]["values"][0]) == ("miss", float(exact_sum([*of_hours[0], 0.5])))


def test_names_tell_which_metrics_there_are(system: System) -> None:
    more = {"name": "checkout.orders", "type": "counter", "timestamp": iso(START), "value": 1}
    system.request("POST", "/v1/metrics", body=[*points()[:3], more], token=system.token("org-456"))
    system.roll_up()

    def names(organization: str, **query: str) -> Any:
        return system.request("GET", "/v1/metrics/names", token=system.token(organization), query=query).json["names"]

    day = START.date().isoformat()
    duration = {"name": "checkout.duration", "type": "gauge", "unit": "ms", "dimensions": ["host"], "lastDay": day}
    orders = {"name": "checkout.orders", "type": "counter", "unit": "", "dimensions": [], "lastDay": day}
    assert names("org-456") == [duration, orders]
    assert names("org-456", prefix="checkout.o") == [orders]
    assert names("org-other") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a b"}, "name"),
        ({"function": "p42"}, "function"),
        ({"interval": "2m"}, "interval"),
        ({"interval": "1m", "from": "2026-01-01", "to": "2026-03-01"}, "interval"),
        ({"to": "2020-01-01"}, "to"),
        ({"groupBy": ["a", "b", "c", "d"]}, "groupBy"),
        ({"groupBy": "a b"}, "groupBy.0"),
        ({"q": "web-1"}, "q"),
        ({"q": "host:web-1"}, "q"),
        ({"host": "web-1"}, "host"),
    ],
)
def test_a_bad_question_names_what_is_wrong(system: System, query: dict[str, Any], field: str) -> None:
    assert ask(system, 422, **query)["errors"][0]["field"] == field


def test_too_many_lines_are_refused(system: System) -> None:
    hosts = [{**points()[0], "dimensions": {"host": f"web-{number}"}} for number in range(51)]
    system.request("POST", "/v1/metrics", body=hosts, token=system.token("org-456"))
    system.roll_up()
    for function in ("sum", "p95"):
        assert ask(system, 422, function=function, groupBy="host")["errors"][0]["field"] == "groupBy"
