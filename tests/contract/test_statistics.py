"""Statistics by OpenSearch and by plain Python are the same."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.domain.instants import iso
from common.domain.money import decimal_string
from common.engines.search import OpenSearch
from common.errors import EngineUnavailable, Invalid
from common.payments.state import Status
from query_app.payments.filters import Filters
from query_app.payments.index import OpenSearchIndex
from query_app.payments.statistics.query import GetStatistics, Interval, Part
from tests.contract.conftest import Subject
from tests.fakes.search_index import FakeSearchIndex
from tests.query.documents import Document, deleted, payment, tombstone

ORG = "org-456"
ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "+05:30",
    "-03:30",
    "+14:00",
]
AROUND = [
    "2011-03-27T01:00:00Z",  # summer begins in Paris
    "2011-10-30T01:00:00Z",  # and ends
    "2018-11-04T03:00:00Z",  # summer begins in Sao Paulo, at midnight
    "2018-02-18T02:00:00Z",  # and ends
    "2011-12-30T10:00:00Z",  # Samoa leaves out a day
    "2024-04-06T15:00:00Z",  # half an hour on Lord Howe
    "2024-02-29T12:00:00Z",
    "1999-12-31T23:00:00Z",
    "1970-01-02T00:00:00Z",
]
SPANS = {"hour": 3, "day": 40, "week": 90, "month": 400, "quarter": 600, "year": 1200}


def told(subject: Subject, documents: Iterable[Document], query: GetStatistics) -> Any:
    """What is told an organization that has these payments."""
    organization_id = f"org-{uuid4().hex}"
    index = subject.has(*({**document, "organizationId": organization_id} for document in documents))
    return index.statistics(organization_id, [query])[0]


def test_statistics_are_per_currency_and_by_day(subject: Subject) -> None:
    payments = [
        payment("a", amount="0.01", processedAt="2011-01-31T23:59:59.999Z"),
        payment("b", amount="0.02", processedAt="2011-02-01T00:00:00.000Z"),
        payment("c", amount="5", currency="JPY", status="refunded"),
        payment("d", amount="1.00", status="requested", processedAt=None),
    ]
    assert told(subject, payments, GetStatistics()) == {
        "status": [
            {"status": "completed", "currency": "EUR", "count": 2, "sum": "0.03", "average": "0.02"},
            {"status": "refunded", "currency": "JPY", "count": 1, "sum": "5", "average": "5"},
            {"status": "requested", "currency": "EUR", "count": 1, "sum": "1.00", "average": "1.00"},
        ],
        "currency": [
            {"currency": "EUR", "count": 3, "sum": "1.03"},
            {"currency": "JPY", "count": 1, "sum": "5"},
        ],
        "daily": [
            {"date": "2011-01-31", "currency": "EUR", "count": 1, "sum": "0.01"},
            {"date": "2011-01-31", "currency": "JPY", "count": 1, "sum": "5"},
            {"date": "2011-02-01", "currency": "EUR", "count": 1, "sum": "0.02"},
        ],
    }
    in_tokyo = told(subject, payments, GetStatistics(Filters(currencies=("EUR",)), time_zone="Asia/Tokyo"))
    assert in_tokyo["daily"] == [{"date": "2011-02-01", "currency": "EUR", "count": 2, "sum": "0.03"}]


def test_sums_are_exact_to_the_cent_far_beyond_what_a_double_holds(subject: Subject) -> None:
    total = 101 * 999_999_999_999_999
    assert total > 2**53
    assert float(total) != total
    payments = [payment(f"p-{number}", amount="9999999999999.99") for number in range(101)]
    found = told(subject, payments, GetStatistics(interval=Interval.MONTH))
    assert found["currency"] == [{"currency": "EUR", "count": 101, "sum": "1009999999999998.99"}]
    assert [each["sum"] for each in found["series"]] == ["1009999999999998.99"]


def test_a_day_of_a_time_zone_has_23_or_25_hours(subject: Subject) -> None:
    hours = [datetime(2011, 3, 26, 23, tzinfo=UTC) + timedelta(hours=number) for number in range(48)]
    hours += [datetime(2011, 10, 29, 22, tzinfo=UTC) + timedelta(hours=number) for number in range(49)]
    payments = (payment(f"p-{number}", processedAt=iso(at)) for number, at in enumerate(hours))
    found = told(subject, payments, GetStatistics(interval=Interval.DAY, time_zone="Europe/Paris"))
    some = [(each["start"], each["count"]) for each in found["series"] if each["count"]]
    assert some == [
        ("2011-03-27T00:00:00.000+01:00", 23),
        ("2011-03-28T00:00:00.000+02:00", 24),
        ("2011-03-29T00:00:00.000+02:00", 1),
        ("2011-10-30T00:00:00.000+02:00", 25),
        ("2011-10-31T00:00:00.000+01:00", 24),
    ]
    assert len(found["series"]) == 219


def test_where_summer_begins_at_midnight_the_day_begins_at_one(subject: Subject) -> None:
    payments = [payment("a", processedAt="2018-11-04T02:59:59.999Z"), payment("b", processedAt="2018-11-04T03:00:00Z")]
    query = GetStatistics(interval=Interval.DAY, time_zone="America/Sao_Paulo")
    assert [each["start"] for each in told(subject, payments, query)["series"]] == [
        "2018-11-03T00:00:00.000-03:00",
        "2018-11-04T01:00:00.000-02:00",
    ]


def test_the_hour_that_comes_twice_is_two_hours(subject: Subject) -> None:
    payments = [payment("a", processedAt="2011-10-30T00:30:00Z"), payment("b", processedAt="2011-10-30T01:30:00Z")]
    query = GetStatistics(interval=Interval.HOUR, time_zone="Europe/Paris")
    assert [(each["start"], each["count"]) for each in told(subject, payments, query)["series"]] == [
        ("2011-10-30T02:00:00.000+02:00", 1),
        ("2011-10-30T02:00:00.000+01:00", 1),
    ]


def test_every_step_of_the_time_asked_for_has_a_row_for_every_currency(subject: Subject) -> None:
    payments = [
        payment("a", amount="5", currency="JPY", processedAt="2011-02-10T00:00:00Z"),
        payment("b", amount="1.005", currency="KWD", processedAt="2011-03-10T00:00:00Z"),
        payment("c", status="requested", processedAt=None),
    ]
    span = Filters(since="2011-01-31T23:00:00.000Z", until="2011-04-30T22:00:00.000Z")
    found = told(subject, payments, GetStatistics(span, Interval.MONTH, "Europe/Paris"))
    assert [(each["start"][:10], each["currency"], each["sum"]) for each in found["series"]] == [
        ("2011-02-01", "JPY", "5"),
        ("2011-02-01", "KWD", "0.000"),
        ("2011-03-01", "JPY", "0"),
        ("2011-03-01", "KWD", "1.005"),
        ("2011-04-01", "JPY", "0"),
        ("2011-04-01", "KWD", "0.000"),
    ]
    assert "daily" not in found
    assert told(subject, payments, GetStatistics(Filters(since=span.until), Interval.MONTH))["series"] == []


def test_weeks_begin_on_monday_and_quarters_in_january_april_july_and_october(subject: Subject) -> None:
    payments = [payment("a", processedAt="2011-01-02T12:00:00Z"), payment("b", processedAt="2011-05-31T12:00:00Z")]

    def steps(interval: Interval) -> list[str]:
        found = told(subject, payments, GetStatistics(interval=interval, time_zone="+05:30"))
        return [each["start"] for each in found["series"] if each["count"]]

    assert steps(Interval.WEEK) == ["2010-12-27T00:00:00.000+05:30", "2011-05-30T00:00:00.000+05:30"]
    assert steps(Interval.QUARTER) == ["2011-01-01T00:00:00.000+05:30", "2011-04-01T00:00:00.000+05:30"]
    assert steps(Interval.YEAR) == ["2011-01-01T00:00:00.000+05:30"]


def test_ten_years_of_hours_are_refused_by_name(real: Subject) -> None:
    payments = [payment("a", processedAt="2001-01-01T00:00:00Z"), payment("b", processedAt="2011-01-01T00:00:00Z")]
    with pytest.raises(Invalid) as refused:
        told(real, payments, GetStatistics(interval=Interval.HOUR, time_zone="Europe/Paris"))
    (wrong,) = refused.value.errors
    assert (wrong.field, "87649 hours" in wrong.message, "from and to" in wrong.message) == ("interval", True, True)


def test_users_are_ordered_by_their_exact_sums(subject: Subject) -> None:
    largest, cent = "9999999999999.99", "0.01"
    payments = [payment(f"a-{number}", amount=largest, userId="a") for number in range(10)]
    payments += [payment(f"b-{number}", amount=largest, userId="b") for number in range(10)]
    payments += [payment("b-cent", amount=cent, userId="b"), payment("nobody", amount=largest)]
    payments += [payment(f"{number}", amount="1.00", userId=f"u-{number:02}") for number in range(12)]
    found = told(subject, payments, GetStatistics(parts=(Part.TOP_USERS,)))
    assert [each["userId"] for each in found["topUsers"]] == ["b", "a", *(f"u-{number:02}" for number in range(8))]
    assert found["topUsers"][0] == {"userId": "b", "currency": "EUR", "count": 11, "sum": "99999999999999.91"}


def test_a_payment_that_failed_counts_when_it_failed_and_one_that_is_open_not_at_all(subject: Subject) -> None:
    failed: dict[str, Any] = {"status": "failed", "processedAt": None}
    payments = [
        payment("a"),
        payment("b", status="refunded"),
        payment("c", status="partially_refunded"),
        payment("d", failedAt="2011-01-31T10:00:00.000Z", **failed),
        payment("e", failedAt="2011-02-01T10:00:00.000Z", **failed),
        payment("f", status="requested", processedAt=None),
        payment("g", currency="JPY", amount="1", failedAt="2011-01-31T10:00:00.000Z", **failed),
    ]
    january = Filters(since="2011-01-01T00:00:00.000Z", until="2011-02-01T00:00:00.000Z")
    found = told(subject, payments, GetStatistics(january, parts=(Part.RATES,)))
    euro = {"currency": "EUR", "count": 4, "failed": 1, "refunded": 2, "failureRate": "0.2500", "refundRate": "0.6667"}
    yen = {"currency": "JPY", "count": 1, "failed": 1, "refunded": 0, "failureRate": "1.0000", "refundRate": None}
    assert found["rates"] == [euro, yen]
    assert found["currency"] == [{"currency": "EUR", "count": 3, "sum": "30.00"}]


def test_percentiles_of_equal_amounts_are_that_amount(subject: Subject) -> None:
    payments = [payment(f"p-{number}", currency="KWD", amount="1.234") for number in range(3)]
    found = told(subject, payments, GetStatistics(parts=(Part.PERCENTILES,)))
    assert found["percentiles"] == [{"currency": "KWD", "p50": "1.234", "p90": "1.234", "p95": "1.234", "p99": "1.234"}]


def test_the_rank_of_a_percentile_is_right_to_a_thousandth(real: Subject) -> None:
    random = Random(456)  # noqa: S311  # the same amounts each time
    minors = sorted(int(random.lognormvariate(8, 2)) + 1 for _ in range(3_000))
    payments = (payment(f"p-{number}", amount=decimal_string(minor, "EUR")) for number, minor in enumerate(minors))
    (found,) = told(real, payments, GetStatistics(parts=(Part.PERCENTILES,)))["percentiles"]
    for percent in (50, 90, 95, 99):
        value = int(Decimal(found[f"p{percent}"]) * 100)
        low, high = bisect_left(minors, value), bisect_right(minors, value)
        assert low - 3 <= len(minors) * percent / 100 <= high + 3, (percent, value)


def test_several_questions_are_answered_by_one_request(real: Subject) -> None:
    real.has(payment("a"), payment("b", processedAt="2010-12-31T23:59:59.999Z"))
    january = Filters(since="2011-01-01T00:00:00.000Z", until="2011-02-01T00:00:00.000Z")
    december = Filters(since="2010-12-01T00:00:00.000Z", until="2011-01-01T00:00:00.000Z")
    queries = [GetStatistics(january, parts=(Part.RATES,)), GetStatistics(december), GetStatistics()]
    found = real.index.statistics(ORG, queries)
    assert [each["currency"][0]["count"] for each in found] == [1, 1, 2]
    assert ["rates" in each for each in found] == [True, False, False]


def test_a_zone_that_only_we_know_is_refused_by_name(real: Subject) -> None:
    for parts in ((), (Part.RATES,)):
        with pytest.raises(Invalid) as refused:
            told(real, [payment("a")], GetStatistics(time_zone="Mars/Olympus", parts=parts))
        assert [each.field for each in refused.value.errors] == ["timeZone"]


def test_no_index_is_unavailable_also_to_several_questions_at_once(client: OpenSearch) -> None:
    with pytest.raises(EngineUnavailable):
        OpenSearchIndex(client, alias="statistics-nothing-there").statistics(ORG, [GetStatistics(), GetStatistics()])


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Document], GetStatistics]:
    interval = draw(st.sampled_from(Interval))
    start = datetime.fromisoformat(draw(st.sampled_from(AROUND)))
    span = timedelta(days=SPANS[interval])
    instants = st.integers(0, span // timedelta(milliseconds=1)).map(lambda ms: start + timedelta(milliseconds=ms))

    def one(number: int) -> Document:
        currency, most = draw(st.sampled_from([("JPY", 10**6), ("EUR", 10**15 - 1), ("KWD", 10**9)]))
        status = draw(st.sampled_from(Status))
        at = iso(draw(instants))
        made = deleted if draw(st.integers(0, 9)) == 0 else payment
        return made(
            f"p-{number}",
            amount=decimal_string(draw(st.integers(1, most)), currency),
            currency=currency,
            status=status,
            userId=draw(st.sampled_from(["u-1", "u-2", None])),
            processedAt=at if status not in ("failed", "requested") else None,
            failedAt=at if status == "failed" else None,
        )

    documents = [one(number) for number in range(draw(st.integers(1, 25)))]
    bounds = sorted(draw(st.tuples(instants, instants)))
    since, until = (draw(st.sampled_from([iso(bound), None])) for bound in bounds)
    if since and since == until:
        until = None
    filters = Filters(currencies=draw(st.sampled_from([(), ("EUR", "JPY")])), since=since, until=until)
    chosen = draw(st.sampled_from([interval, None]))
    return documents, GetStatistics(filters, chosen, draw(st.sampled_from(ZONES)), (Part.RATES, Part.TOP_USERS))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=questions())
def test_any_statistics_of_any_payments_equal_plain_sums(
    real: Subject, asked: tuple[list[Document], GetStatistics]
) -> None:
    documents, query = asked
    index = FakeSearchIndex()
    model = Subject(index, index.write, index.refresh)
    assert told(real, [*documents, tombstone("never")], query) == told(model, documents, query)
