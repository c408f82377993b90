"""Steps of time: what is counted in one go is what each by itself would be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.instants import iso
from query_app import periods

INSTANTS = st.datetimes(datetime(1880, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = {"second": 1, "minute": 60, "hour": 3_600}
ZONES = (
    "Europe/Paris",
    "Europe/London",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "+05:30",
    "Etc/UTC",
)


@given(first=INSTANTS, interval=st.sampled_from(["second", "minute", "hour"]), count=st.integers(0, 5_000))
def test_steps_in_utc_are_those_of_a_zone_that_is_the_same(first: datetime, interval: str, count: int) -> None:
    last = first + timedelta(seconds=count * LENGTHS[interval])
    known = [periods.milliseconds(first - timedelta(seconds=first.timestamp() % LENGTHS[interval]))]
    quick = periods.steps(first, last, interval, periods.zone_of("UTC"), known)
    assert list(quick.items()) == list(periods.steps(first, last, interval, periods.zone_of("Etc/UTC"), known).items())


@given(
    first=INSTANTS,
    span=st.timedeltas(timedelta(0), timedelta(hours=200)),
    interval=st.sampled_from(["hour", "day", "week", "month"]),
    zone=st.sampled_from(ZONES),
)
def test_each_step_tells_its_own_instant_and_holds_the_ends(
    first: datetime, span: timedelta, interval: str, zone: str
) -> None:
    steps = periods.steps(first, first + span, interval, periods.zone_of(zone), [])
    assert list(steps) == sorted(steps)
    assert min(steps) <= periods.milliseconds(first)
    for at, text in steps.items():
        assert datetime.fromisoformat(text) == periods.instant_of(at)
        assert len(text) in (len("2011-01-31T12:00:00.000Z"), len("2011-01-31T12:00:00.000+01:00"))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris"])
def test_what_the_engine_knows_has_the_last_word(zone: str) -> None:
    """Given an engine whose tables of time zones have a step where ours have none."""
    first = datetime(2026, 1, 31, 12, tzinfo=UTC)
    odd = periods.milliseconds(first + timedelta(minutes=15))
    steps = periods.steps(first, first + timedelta(hours=1), "hour", periods.zone_of(zone), [odd])
    assert list(steps) == [periods.milliseconds(first), odd, periods.milliseconds(first + timedelta(hours=1))]


@given(
    day=st.dates(datetime(1970, 1, 1).date(), datetime(2100, 1, 1).date()),  # noqa: DTZ001
    length=st.sampled_from([timedelta(seconds=1), *(timedelta(minutes=each) for each in (1, 5, 15, 60, 360, 1_440))]),
    skipped=st.integers(0, 3_000),
    count=st.integers(0, 200),
)
def test_instants_at_even_distances_are_written_as_each_by_itself(
    day: datetime, length: timedelta, skipped: int, count: int
) -> None:
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) + skipped * length
    assert periods.evenly(first, length, count) == [iso(first + number * length) for number in range(count)]
