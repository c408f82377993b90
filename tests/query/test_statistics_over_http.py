"""Statistics over HTTP: time zones, what is included, and the period before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from query_app import periods
from query_app.payments.statistics.answers import StatisticsAnswer
from query_app.payments.statistics.query import Interval
from tests.query.conftest import World
from tests.query.documents import payment
from tests.query.http import get

PATH = "/v1/payments/statistics"
ALL = "interval=month&timeZone=Europe/Paris&include=percentiles,topUsers,rates&compare=previous"


def test_a_month_of_a_zone_is_compared_with_the_month_before(world: World) -> None:
    world.index.write(
        payment("first", processedAt="2011-02-28T23:00:00.000Z", userId="u-1"),
        payment("last", processedAt="2011-03-31T21:59:59.999Z", amount="20.00", userId="u-2"),
        payment("before", processedAt="2011-01-31T23:00:00.000Z", amount="5.00"),
        payment("too early", processedAt="2011-01-31T22:59:59.999Z"),
        payment("too late", processedAt="2011-03-31T22:00:00.000Z"),
    )
    told = get(PATH, f"from=2011-03-01&to=2011-03-31&{ALL}").body
    assert told["series"] == [{"start": "2011-03-01T00:00:00.000+01:00", "currency": "EUR", "count": 2, "sum": "30.00"}]
    assert told["percentiles"] == [{"currency": "EUR", "p50": "10.00", "p90": "20.00", "p95": "20.00", "p99": "20.00"}]
    assert [each["userId"] for each in told["topUsers"]] == ["u-2", "u-1"]
    assert told["rates"][0]["failureRate"] == "0.0000"
    assert (told["previous"]["from"], told["previous"]["to"]) == (
        "2011-02-01T00:00:00.000+01:00",
        "2011-03-01T00:00:00.000+01:00",
    )
    assert told["previous"]["series"] == [
        {"start": "2011-02-01T00:00:00.000+01:00", "currency": "EUR", "count": 1, "sum": "5.00"}
    ]
    described = StatisticsAnswer.model_validate(told).model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert described == told


def test_what_is_not_asked_for_is_not_told(world: World) -> None:
    world.index.write(payment("a"))
    assert get(PATH).body.keys() == {"status", "currency", "daily", "asOf", "lagMs", "cache", "stale"}
    assert "daily" not in get(PATH, "interval=day").body


def test_amounts_narrow_the_statistics(world: World) -> None:
    world.index.write(payment("a"), payment("b", amount="20.00"), payment("c", amount="30.00"))
    told = get(PATH, "minAmount=20&maxAmount=29.99").body
    assert told["currency"] == [{"currency": "EUR", "count": 1, "sum": "20.00"}]


def test_the_query_language_narrows_every_part_of_the_statistics(world: World) -> None:
    world.index.write(
        payment("a", userId="u-1"),
        payment("b", userId="u-2", amount="20.00"),
        payment("c", userId="u-2", status="failed", processedAt=None, failedAt="2011-01-31T12:00:00.000Z"),
        payment("d", userId="u-2", amount="5.00", processedAt="2010-12-31T12:00:00.000Z"),
    )
    told = get(PATH, "q=user:u-2+-status:requested&from=2011-01-01&to=2011-01-31&include=rates&compare=previous").body
    assert told["currency"] == [{"currency": "EUR", "count": 1, "sum": "20.00"}]
    assert told["rates"][0]["failureRate"] == "0.5000"
    assert told["previous"]["currency"] == [{"currency": "EUR", "count": 1, "sum": "5.00"}]


def test_the_same_question_in_another_order_is_a_hit_and_another_zone_is_a_miss(world: World) -> None:
    world.index.write(payment("a"))
    get(PATH, "include=rates,topUsers")
    assert get(PATH, "include=topUsers&include=rates,rates").body["cache"] == "l1"
    assert get(PATH, "include=topUsers,rates&timeZone=Asia/Tokyo").body["cache"] == "miss"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("interval=minute", ["interval"]),
        ("q=amount:", ["q"]),
        ("timeZone=Europe/Berlin_", ["timeZone"]),
        ("timeZone=Paris", ["timeZone"]),
        ("timeZone=Europe", ["timeZone"]),
        ("timeZone=America/Argentina", ["timeZone"]),
        ("timeZone=../../etc/passwd", ["timeZone"]),
        ("timeZone=localtime", ["timeZone"]),
        ("timeZone=", ["timeZone"]),
        ("timeZone=+05:30", ["timeZone"]),
        ("timeZone=%2B15:00", ["timeZone"]),
        ("timeZone=europe/paris", ["timeZone"]),
        (f"timeZone={'A/' * 100}", ["timeZone"]),
        ("timeZone=Europe/Paris%00", ["timeZone"]),
        ("include=averages", ["include.0"]),
        ("include=rates,", ["include.1"]),
        ("compare=next", ["compare"]),
        ("compare=previous", ["from", "to"]),
        ("compare=previous&from=2011-01-01", ["to"]),
        ("compare=previous&from=1000-01-02&to=2011-01-01", ["from"]),
        ("from=2011-02-30&timeZone=Asia/Tokyo", ["from"]),
        ("from=1000-01-01&timeZone=Asia/Tokyo", ["from"]),
        ("to=8999-12-31&timeZone=-05:00", ["to"]),
        ("from=2011-01-01&to=2020-12-31&interval=hour", ["interval"]),
        ("minAmount=2&maxAmount=1", ["maxAmount"]),
    ],
)
def test_a_bad_value_is_422_and_named(world: World, query: str, wrong: list[str]) -> None:
    answer = get(PATH, query)
    assert (answer.status, sorted(answer.wrong_fields)) == (422, wrong), answer.body
    assert all(len(error["message"]) > 10 for error in answer.body["errors"])


@pytest.mark.parametrize(
    ("zone", "since", "until", "before"),
    [
        ("UTC", "2011-03-01T00:00", "2011-04-01T00:00", "2011-02-01T00:00"),
        ("UTC", "2011-01-01T00:00", "2012-01-01T00:00", "2010-01-01T00:00"),
        ("UTC", "2011-01-01T00:00", "2011-04-01T00:00", "2010-10-01T00:00"),
        ("UTC", "2011-01-31T00:00", "2011-02-28T00:00", "2011-01-03T00:00"),
        ("UTC", "2011-01-01T12:00", "2011-01-01T18:00", "2011-01-01T06:00"),
        ("Europe/Paris", "2011-02-28T23:00", "2011-03-31T22:00", "2011-01-31T23:00"),  # March; a day of 23 hours
        ("Europe/Paris", "2011-03-24T23:00", "2011-03-31T22:00", "2011-03-17T23:00"),  # seven days, of 167 hours
        ("America/Sao_Paulo", "2018-11-04T03:00", "2018-11-06T02:00", "2018-11-02T03:00"),  # from one o'clock on
        ("+05:30", "2011-02-28T18:30", "2011-03-31T18:30", "2011-01-31T18:30"),
    ],
)
def test_the_period_before_is_as_many_months_or_days_or_exactly_as_long(
    zone: str, since: str, until: str, before: str
) -> None:
    first, end, expected = (datetime.fromisoformat(f"{text}+00:00") for text in (since, until, before))
    assert periods.period_before(first, end, periods.zone_of(zone)) == (expected, first)


@given(
    st.integers(0, 200 * 365 * 24 * 60).map(
        lambda minutes: datetime(1900, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(Interval),
    st.sampled_from(["Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "-03:30"]),
    st.integers(0, 60),
)
def test_steps_follow_each_other_and_the_first_holds_the_first_instant(
    first: datetime, interval: Interval, zone: str, days: int
) -> None:
    starts = list(periods.starts(first, first + timedelta(days=days), interval, periods.zone_of(zone)))
    assert starts[0] <= first
    assert all(start > first for start in starts[1:])
    assert starts == sorted(set(starts)) or zone == "Pacific/Apia"  # which left out a day
    assert starts[-1] <= first + timedelta(days=days)


def test_a_series_may_be_as_long_as_it_is_said_and_no_longer() -> None:
    first = datetime(2011, 1, 1, tzinfo=UTC)
    last = first + timedelta(hours=periods.MAX_ROWS - 1)
    assert len(list(periods.starts(first, last, Interval.HOUR, UTC))) == periods.MAX_ROWS
    with pytest.raises(Invalid, match="too long"):
        list(periods.starts(first, last + timedelta(hours=1), Interval.HOUR, UTC))


def test_an_instant_of_odd_seconds_is_told_in_utc() -> None:
    at = datetime(1900, 1, 1, tzinfo=UTC)
    assert periods.told(at, periods.zone_of("Europe/Paris")) == "1900-01-01T00:00:00.000Z"
    assert periods.told(at, periods.zone_of("-03:30")) == "1899-12-31T20:30:00.000-03:30"
