"""Whatever order, pieces and repetitions points come in, the roll-ups are the same to the byte."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import orjson
from ddsketch.ddsketch import BaseDDSketch
from ddsketch.store import DenseStore
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.domain.instants import iso
from common.metrics import sketch
from common.metrics.points import Point
from common.metrics.rollups import Level, RollUp
from common.metrics.sketch import LARGEST
from common.metrics.summary import Summary

START = datetime(2026, 11, 24, 23, 58, tzinfo=UTC)
VALUES = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(-1e18, 1e18, allow_nan=False),
    st.decimals(-1000, 1000, places=3).map(float),
)


@st.composite
def points(draw: st.DrawFn) -> Point:
    """Of few series, minutes and values, so that many meet."""
    kind = draw(st.sampled_from(("counter", "gauge", "histogram")))
    value = draw(VALUES)
    said: dict[str, object]
    match kind:
        case "gauge":
            said = {"value": value}
        case "counter":
            said = {"value": abs(value)}
        case _:
            buckets = {"bounds": [-1, 0.5, 10], "counts": [1, 0, 3, 2], "sum": value}
            said = draw(st.sampled_from(({"values": [value, 1, 2.5]}, {"buckets": buckets})))
    at = START + draw(st.sampled_from((0, 1, 2, 61, 180))) * timedelta(minutes=1, seconds=7)
    return Point.model_validate(
        {"name": "requests", "type": kind, "timestamp": iso(at), "dimensions": draw(DIMENSIONS), **said}
    )


DIMENSIONS = st.dictionaries(st.sampled_from(("host", "region")), st.sampled_from(("a", "b")), max_size=2)


class Store:
    """What a writer does to the documents: read, join, write, and on to the level above."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}

    def take(self, batch: Sequence[Point], levels: int = 3) -> None:
        """A batch; who is killed has done only some of the levels."""
        rollups = [RollUp.of("org-1", point) for point in batch]
        for _ in range(levels):
            for each in rollups:
                there = self.documents.get(each.id)
                known = RollUp.read(each.level, orjson.loads(there)).joined(each) if there else each
                self.documents[each.id] = orjson.dumps(known.source())
            rollups = [above for each in rollups if (above := self._read(each).raised())]

    def _read(self, rollup: RollUp) -> RollUp:
        return RollUp.read(rollup.level, orjson.loads(self.documents[rollup.id]))


@settings(max_examples=60, deadline=None)
@given(st.lists(points(), min_size=1, max_size=12), st.data())
def test_neither_order_nor_batches_nor_repetitions_nor_deaths_change_a_byte(
    taken: list[Point], data: st.DataObject
) -> None:
    """Given the same points, taken at once, and anyhow with batches that end in the middle and come again."""
    once, anyhow = Store(), Store()
    once.take(taken)
    shuffled = data.draw(st.permutations(taken + data.draw(st.lists(st.sampled_from(taken), max_size=6))))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        batch, shuffled = shuffled[:size], shuffled[size:]
        anyhow.take(batch, levels=data.draw(st.integers(0, 3)))
        if data.draw(st.booleans()):
            anyhow.take(data.draw(st.lists(st.sampled_from(taken), max_size=3)))
        # What was not finished is delivered again.
        anyhow.take(batch)
    assert anyhow.documents == once.documents


@settings(max_examples=60, deadline=None)
@given(st.lists(points(), min_size=1, max_size=12, unique_by=lambda point: point.key))
def test_hours_and_days_are_the_merge_of_their_points(taken: list[Point]) -> None:
    store = Store()
    store.take(taken)
    found = [orjson.loads(document) for document in store.documents.values()]
    for level in Level:
        of_level = [each for name, each in zip(store.documents, found, strict=True) if f":{level}:" in name]
        for source in of_level:
            summaries = [
                point.summary()
                for point in taken
                if point.series("org-1").id == source["series"] and iso(level.start_of(point.timestamp)) == source["at"]
            ]
            whole = Summary.merged(summaries)
            assert source["count"] == whole.count
            assert Fraction(source["exactSum"]) == sum(map(_fraction_of, summaries), Fraction())
            assert (source["min"], source["max"], source["sketch"]) == (whole.least, whole.most, whole.sketch)


def _fraction_of(summary: Summary) -> Fraction:
    return Fraction(summary.total)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=50))
def test_sums_are_those_of_the_decimal_numbers_as_they_were_sent(values: list[float]) -> None:
    assert Fraction(Summary.of(values).total) == sum((Fraction(str(value)) for value in values), Fraction())


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert str(Summary.of([0.1, 0.2]).total) == "0.3"


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=200), st.sampled_from((0.0, 0.5, 0.95, 0.99, 1.0)))
def test_percentiles_are_right_to_one_percent(values: list[float], share: float) -> None:
    exact = sorted(values)[int(share * (len(values) - 1))]
    found = Summary.of(values).quantile(share)
    assert abs(found - exact) <= abs(exact) * (sketch.ACCURACY + 1e-9) + sketch.SMALLEST


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=100), st.floats(0, 1))
def test_percentiles_are_those_of_the_library_s_own_sketch(values: list[float], share: float) -> None:
    theirs = BaseDDSketch(sketch.MAPPING, DenseStore(), DenseStore(), 0)
    for value in values:
        theirs.add(value if abs(value) >= sketch.SMALLEST else 0)
    assert sketch.quantile(Summary.of(values).bins, share) == theirs.get_quantile_value(share)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from((-2.5, -1.0, 0.0, 1.0, 1.001, 2.5, 100.0)) | VALUES, min_size=1, max_size=12)),
    st.sampled_from((0.0, 0.5, 0.95, 0.99, 1.0)) | st.floats(0, 1),
)
@example([], 1.0)
def test_percentiles_of_many_sketches_are_those_of_all_their_values(parts: list[list[float]], share: float) -> None:
    values = [value for part in parts for value in part]
    bins = Summary.of(values).bins if values else {}
    assert sketch.quantile_of([Summary.of(part).sketch for part in parts], share) == sketch.quantile(bins, share)


def test_the_largest_sketch_is_of_numbers_that_a_document_can_hold() -> None:
    """Given as many values in each outermost bin as a minute may take."""
    ends = [sketch.bin_of(value) for value in (-LARGEST, -sketch.SMALLEST, 0, sketch.SMALLEST, LARGEST)]
    assert ends == sorted(set(ends))
    bins = dict.fromkeys(ends, 2**32 * 10_000)
    kept = sketch.encoded(bins)
    assert (sketch.decoded(kept), len(kept)) == (bins, 5)
    assert max(kept) < 2**63


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=50))
def test_a_summary_is_read_as_it_was_kept(values: list[float]) -> None:
    whole = Summary.of(values)
    assert Summary.unpacked(orjson.loads(orjson.dumps(whole.packed()))) == whole


@settings(deadline=None)
@given(
    st.lists(VALUES, min_size=1, max_size=20),
    st.lists(VALUES, min_size=1, max_size=20),
    st.lists(VALUES, min_size=1, max_size=20),
)
def test_roll_ups_are_a_semilattice(first: list[float], second: list[float], third: list[float]) -> None:
    """Given parts of one minute that differ, as they never do: even then one of them wins, always the same."""
    point = Point(name="x", type="gauge", timestamp=START, value=1)
    one, other, last = (
        RollUp(Level.HOUR, point.series("org-1"), START, {"a": Summary.of(each), "b": Summary.of(each[:1])})
        for each in (first, second, third)
    )
    assert one.joined(one) == one
    assert one.joined(other) == other.joined(one)
    assert one.joined(other).joined(last) == one.joined(other.joined(last))


def test_a_histogram_without_its_ends_takes_them_from_its_buckets() -> None:
    point = Point.model_validate(
        {
            "name": "latency",
            "type": "histogram",
            "timestamp": "2026-11-24T12:00:00Z",
            "buckets": {"bounds": [10, 20, 50], "counts": [0, 5, 4, 1], "sum": 260.5},
        }
    )
    summary = point.summary()
    assert (summary.count, str(summary.total), summary.least, summary.most) == (10, "260.5", 10, 50)
    assert 10 <= summary.quantile(0.3) <= 20 <= summary.quantile(0.8) <= 50
