"""Questions, cursors and parameters: what is equal, what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.consistency import ConsistencyToken
from common.errors import Malformed
from common.payments.index import SPLIT
from query_app.cursors import Position
from query_app.payments.filters import Filters
from query_app.payments.lookup.query import GetPayment
from query_app.payments.search import dsl
from query_app.payments.search.query import SearchPayments
from query_app.payments.statistics import dsl as statistics_dsl
from query_app.payments.statistics import results as statistics_results
from query_app.payments.statistics.query import GetStatistics, Interval, Part
from query_app.payments.statistics.results import half_even
from query_app.payments.suggestions.query import GetSuggestions
from query_app.query import Query
from tests.query.documents import asking

ORG = "org-456"
QUERIES: list[Query] = [
    GetPayment("p-1"),
    GetPayment("p-2"),
    SearchPayments(),
    SearchPayments(asking("p-1")),
    SearchPayments(filters=Filters(statuses=("failed",))),
    SearchPayments(filters=Filters(currencies=("failed",))),
    SearchPayments(limit=21),
    GetStatistics(),
    GetStatistics(interval=Interval.DAY),
    GetStatistics(time_zone="Europe/Paris"),
    GetStatistics(parts=(Part.RATES,)),
    GetStatistics(compared=True),
    GetSuggestions("p-1"),
]


def test_different_questions_have_different_digests_and_equal_ones_the_same() -> None:
    assert len({query.digest for query in QUERIES}) == len(QUERIES)
    assert GetPayment("p-1").digest == GetPayment("p-1").digest


@given(st.lists(st.integers(0, 10**15 - 1), min_size=1, max_size=50))
def test_sums_over_the_halves_of_amounts_are_exact(minors: list[int]) -> None:
    # As OpenSearch adds: each half by itself, in doubles.
    high = float(sum(minor // SPLIT for minor in minors))
    low = float(sum(minor % SPLIT for minor in minors))
    bucket = {"key": "JPY", "doc_count": len(minors), "high": {"value": high}, "low": {"value": low}}
    found = {"currency": {"buckets": [{**bucket, "status": {"buckets": []}}]}, "time": {"buckets": []}}
    answer = statistics_results.statistics(GetStatistics(), [{"aggregations": found}])
    assert answer["currency"] == [{"currency": "JPY", "count": len(minors), "sum": str(sum(minors))}]


@pytest.mark.parametrize(
    ("total", "count", "average"), [(1, 2, 0), (3, 2, 2), (5, 2, 2), (10, 4, 2), (7, 3, 2), (8, 3, 3), (0, 5, 0)]
)
def test_averages_round_a_half_to_the_even_neighbour(total: int, count: int, average: int) -> None:
    assert half_even(total, count) == average


@pytest.mark.parametrize(
    "body",
    [
        dsl.search(ORG, SearchPayments(asking("heart"))),
        dsl.search(ORG, SearchPayments(position=Position((0.0, 1, "p"), backward=True))),
        *statistics_dsl.statistics(ORG, GetStatistics(Filters(currencies=("EUR",)), parts=(Part.RATES,))),
    ],
)
def test_every_query_names_its_organization(body: dict[str, Any]) -> None:
    assert {"term": {"organizationId": ORG}} in body["query"]["bool"]["filter"]


def test_an_amount_is_asked_for_once_a_number_of_decimals() -> None:
    filters = Filters(currencies=("EUR", "GBP", "JPY"), min_amount="10.5")
    (body,) = statistics_dsl.statistics(ORG, GetStatistics(filters))
    (ranges,) = (each["bool"]["should"] for each in body["query"]["bool"]["filter"] if "bool" in each)
    asked = [each["bool"]["filter"] for each in ranges]
    assert asked == [
        [{"terms": {"currency": ["JPY"]}}, {"range": {"amountMinor": {"gte": 11}}}],
        [{"terms": {"currency": ["EUR", "GBP"]}}, {"range": {"amountMinor": {"gte": 1050}}}],
    ]


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", fullmatch=True), st.integers(1, 10**18 - 1))
def test_a_consistency_token_says_payment_and_version(payment_id: str, version: int) -> None:
    token = ConsistencyToken(payment_id, version)
    assert ConsistencyToken.parse(token.encode()) == token


@given(st.text())
def test_no_text_whatever_breaks_the_reading_of_a_consistency_token(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        ConsistencyToken.parse(text)
    assert refused.value.errors[0].field == "Consistency-Token"
