"""Points of metrics: sent by HTTP in whatever pieces and as often as it takes, and counted once."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from common.domain.model import iso, now
from common.metrics.index import INDICES
from common.metrics.rollups import Level
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
