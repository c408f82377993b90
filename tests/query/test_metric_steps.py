"""Steps of a series: they cover the time without a gap, and there are neither too many nor more than roll-ups tell."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Invalid
from common.metrics.rollups import Level
from query_app.metrics.steps import FEW_STEPS, MAX_STEPS, StepLength, steps

NOW = datetime(2026, 11, 25, 12, 34, 56, tzinfo=UTC)
AGES = st.timedeltas(timedelta(0), timedelta(days=2_000))


@settings(deadline=None)
@given(age=AGES, length=st.timedeltas(timedelta(milliseconds=1), timedelta(days=2_000)))
def test_steps_cover_the_time_and_no_more(age: timedelta, length: timedelta) -> None:
    since = NOW - age
    found = steps(since, since + length, None, NOW)
    starts = [datetime.fromisoformat(start) for start in found.starts()]
    assert len(starts) <= FEW_STEPS
    assert starts[0] <= since < starts[0] + found.interval.length
    assert starts[-1] < since + length <= found.end == starts[-1] + found.interval.length
    assert all(later - start == found.interval.length for start, later in pairwise(starts))
    assert starts[0].time() == datetime.min.time() or found.interval.length < timedelta(days=1)


@pytest.mark.parametrize(
    ("length", "interval"),
    [
        (timedelta(hours=1), "1m"),
        (timedelta(hours=4), "1m"),
        (timedelta(hours=24), "5m"),
        (timedelta(days=3), "15m"),
        (timedelta(days=7), "1h"),
        (timedelta(days=30), "6h"),
        (timedelta(days=200), "1d"),
        (timedelta(days=1_000), "7d"),
    ],
)
def test_a_chart_has_a_few_hundred_points(length: timedelta, interval: str) -> None:
    assert steps(NOW - length, NOW, None, NOW).interval == interval


def test_a_time_of_more_weeks_than_an_answer_takes_is_refused_whoever_chose_the_weeks() -> None:
    since = datetime(1000, 1, 1, tzinfo=UTC)
    for interval in (StepLength.WEEK, None):
        with pytest.raises(Invalid, match="too long"):
            steps(since, NOW, interval, NOW)


def test_minutes_that_are_gone_are_not_asked_for() -> None:
    since = NOW - timedelta(days=70)
    assert steps(since, since + timedelta(hours=2), None, NOW).interval.level is Level.HOUR


@pytest.mark.parametrize(
    ("interval", "level"), [("5m", Level.MINUTE), ("1h", Level.HOUR), ("6h", Level.HOUR), ("7d", Level.DAY)]
)
def test_steps_are_made_of_the_longest_roll_ups_that_fit(interval: str, level: Level) -> None:
    assert StepLength(interval).level is level


def test_weeks_begin_on_monday() -> None:
    found = steps(NOW - timedelta(days=20), NOW, StepLength.WEEK, NOW)
    assert {datetime.fromisoformat(start).weekday() for start in found.starts()} == {0}


def test_more_steps_than_an_answer_takes_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        steps(NOW - timedelta(minutes=MAX_STEPS + 1), NOW, StepLength.MINUTE, NOW)
    assert refused.value.errors[0].field == "interval"
