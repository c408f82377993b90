"""Roll-ups in OpenSearch: whoever writes them, in whatever order and however often, are what the points say."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch as Administrator

from common.domain.documents import Document, Verdict, written
from common.domain.instants import iso
from common.domain.packs import Pack, encoded, packed
from common.engines.search import NoAnswer, OpenSearch
from common.engines.timed_indices import ensure_timed, expire
from common.metrics.index import INDICES
from common.metrics.points import Point
from common.metrics.rollups import Level, RollUp
from projector_app.metrics import rollup_index
from projector_app.metrics.reading import read
from projector_app.metrics.rollup_index import RollUpIndex

START = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
EVERY_INDEX = ",".join(each.pattern for each in INDICES.values())


@pytest.fixture
def empty(client: OpenSearch, admin: Administrator) -> Iterator[OpenSearch]:
    client.request("DELETE", EVERY_INDEX, params={"ignore_unavailable": "true"})
    ensure_timed(admin, INDICES.values(), refresh_interval_ms=3_600_000, replicas=0)
    yield client
    client.request("DELETE", EVERY_INDEX, params={"ignore_unavailable": "true"})


def points(number: int, organization: str = "org-1") -> list[Document]:
    """Of two series, over an hour and a half and two months."""
    entries: list[dict[str, Any]] = [
        {
            "name": "latency",
            "type": "gauge",
            "timestamp": iso(START + timedelta(seconds=67 * each)),
            "value": each / 10,
            "dimensions": {"host": f"web-{each % 2}"},
        }
        for each in range(number)
    ]
    envelope = Pack(organization_id=organization, correlation_id="c", received_at=START)
    return [
        document
        for body, _ in packed(envelope, [encoded(entry) for entry in entries])
        for document in read(body, iso(START)).documents
    ]


def stored(client: OpenSearch) -> dict[str, Any]:
    client.request("POST", EVERY_INDEX, "_refresh")
    found = client.request("POST", EVERY_INDEX, "_search", body={"size": 10_000})
    return {hit["_id"]: orjson.dumps(hit["_source"], option=orjson.OPT_SORT_KEYS) for hit in found["hits"]["hits"]}


def expected(documents: Sequence[Document]) -> dict[str, Any]:
    """What the points say, joined without any index."""
    rollups = [RollUp.read(Level.MINUTE, document.source) for document in documents]
    all_levels: dict[str, RollUp] = {}
    while rollups:
        for each in rollups:
            all_levels[each.id] = all_levels[each.id].joined(each) if each.id in all_levels else each
        joined = {each.id: all_levels[each.id] for each in rollups}
        rollups = [above for each in joined.values() if (above := each.raised())]
    return {key: orjson.dumps(each.source(), option=orjson.OPT_SORT_KEYS) for key, each in all_levels.items()}


def test_every_point_is_in_its_minute_hour_and_day_once(empty: OpenSearch) -> None:
    documents = points(80)
    results = RollUpIndex(empty).upsert(documents)
    assert {result.verdict for result in results} == {Verdict.APPLIED}
    assert len(results) == len(documents)
    assert stored(empty) == expected(documents)

    again = RollUpIndex(empty).upsert(points(82))
    verdicts = [result.verdict for result in again]
    assert (verdicts.count(Verdict.STALE), verdicts.count(Verdict.APPLIED)) == (80, 2)
    assert stored(empty) == expected(points(82))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_order_no_batches_and_no_repetitions_matter(empty: OpenSearch, data: st.DataObject) -> None:
    empty.request("DELETE", EVERY_INDEX, params={"ignore_unavailable": "true"})
    documents = points(30)
    shuffled = data.draw(st.permutations([*documents, *documents[:10]]))
    index = RollUpIndex(empty)
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        batch, shuffled = shuffled[:size], shuffled[size:]
        index.upsert(list({each.document_id: each for each in batch}.values()))
    assert stored(empty) == expected(documents)


def test_writers_at_once_lose_nothing_of_each_other(empty: OpenSearch) -> None:
    """Given eight writers of the same minutes; who loses too often leaves its points to the queue."""
    documents = points(64)

    def write(mine: Sequence[Document]) -> None:
        left = list(mine)
        while left:
            results = RollUpIndex(empty).upsert(left)
            assert Verdict.POISON not in {result.verdict for result in results}
            left = [each for each, its in zip(left, results, strict=True) if its.verdict is Verdict.RETRY]

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, [documents[start::8] for start in range(8)]))
    assert stored(empty) == expected(documents)


class Dying:
    """An engine that answers some bulks, then none."""

    def __init__(self, client: OpenSearch, bulks: int) -> None:
        self._client = client
        self._left = bulks

    def request(self, method: str, *path: str, **asked: Any) -> Any:
        self._left -= "_bulk" in path
        if self._left < 0:
            raise NoAnswer("gone")
        return self._client.request(method, *path, **asked)


@pytest.mark.parametrize("bulks", [0, 1, 2])
def test_who_dies_between_the_levels_leaves_nothing_undone_that_is_not_told(empty: OpenSearch, bulks: int) -> None:
    """Given a writer that died after the minutes, or after the hours: its messages come again."""
    documents = points(40)
    results = RollUpIndex(Dying(empty, bulks)).upsert(documents)  # type: ignore[arg-type]  # the calls that it makes
    assert {result.verdict for result in results} == {Verdict.RETRY}
    RollUpIndex(empty).upsert(documents)
    assert stored(empty) == expected(documents)


def test_a_minute_that_is_full_refuses_new_points_alone(empty: OpenSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup_index, "MAX_POINTS", 2)
    point = {"name": "hits", "type": "counter", "timestamp": iso(START)}
    documents = [
        Document(
            f"{value}",
            "org-1",
            1,
            written(RollUp.of("org-1", Point.model_validate({**point, "value": value})).source()),
        )
        for value in range(4)
    ]
    index = RollUpIndex(empty)
    index.upsert(documents[:1])
    verdicts = [result.verdict for result in index.upsert(documents)]
    assert sorted(verdicts, key=lambda each: each.value) == [
        Verdict.APPLIED,
        Verdict.STALE,
        Verdict.POISON,
        Verdict.POISON,
    ]


def test_an_index_is_deleted_after_its_days_and_not_before(empty: OpenSearch, admin: Administrator) -> None:
    RollUpIndex(empty).upsert(points(1))
    minutes = INDICES[Level.MINUTE]
    assert expire(admin, INDICES.values(), datetime.now(UTC) + timedelta(days=minutes.kept_days - 1)) == []
    deleted = expire(admin, INDICES.values(), datetime.now(UTC) + timedelta(days=minutes.kept_days, hours=1))
    assert deleted == ["metrics-1m-2026.10"]
    assert "metrics-1h-2026.10" in empty.request("GET", "metrics-1h-2026.10")
