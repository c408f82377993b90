"""The search index in OpenSearch and its fake keep the same promises."""

import os
from dataclasses import replace
from itertools import pairwise

import pytest

from common.engines.search import OpenSearch, connect
from common.errors import EngineUnavailable, Invalid
from common.settings import Settings
from query_app.cursors import Position
from query_app.payments.filters import Filters
from query_app.payments.index import OpenSearchIndex
from query_app.payments.ports import SearchIndex
from query_app.payments.search.query import SearchPayments, Sort
from query_app.payments.statistics.query import GetStatistics
from query_app.payments.suggestions.query import GetSuggestions
from tests.contract.conftest import Subject
from tests.query.documents import asking, deleted, payment, tombstone

ORG, OTHER = "org-456", "org-789"
ON_OSMEM = os.environ.get("ENGINES") != "real"


def ids(index: SearchIndex, query: SearchPayments, organization_id: str = ORG) -> list[str]:
    return [hit.document["paymentId"] for hit in index.search(organization_id, query).hits]


def test_a_payment_is_read_at_once_and_without_the_index_own_fields(subject: Subject) -> None:
    given = payment("p-1", userId="u-1", refundAmount="1.00")
    subject.write(given)
    assert subject.index.get(ORG, "p-1") == given


def test_nobody_gets_another_organizations_payment(subject: Subject) -> None:
    index = subject.has(payment("p-1", OTHER))
    assert index.get(ORG, "p-1") is None
    assert ids(index, SearchPayments()) == []
    assert index.statistics(ORG, [GetStatistics()]) == [{"status": [], "currency": [], "daily": []}]
    assert index.suggestions(ORG, GetSuggestions("whi")) == []
    assert index.stored_version(ORG, "p-1") == 0
    assert index.searchable_version(ORG, "p-1") == 0


def test_three_payments_of_which_two_are_the_organizations_make_a_total_of_two(subject: Subject) -> None:
    index = subject.has(payment("p-1"), payment("p-2"), payment("p-3", OTHER))
    found = index.search(ORG, SearchPayments())
    assert (found.total, found.total_relation, len(found.hits)) == (2, "eq", 2)


def test_a_tombstone_is_seen_by_nobody_but_counts_as_a_version(subject: Subject) -> None:
    index = subject.has(payment("p-1"), tombstone("p-2", version=3))
    assert index.get(ORG, "p-2") is None
    assert ids(index, SearchPayments()) == ["p-1"]
    assert index.statistics(ORG, [GetStatistics()])[0]["currency"] == [{"currency": "EUR", "count": 1, "sum": "10.00"}]
    assert index.stored_version(ORG, "p-2") == index.searchable_version(ORG, "p-2") == 3


def test_of_a_deleted_payment_the_money_counts_and_nothing_else_is_seen(subject: Subject) -> None:
    index = subject.has(payment("p-1"), deleted("p-2", amount="5.00"))
    assert index.get(ORG, "p-2") is None
    assert ids(index, SearchPayments()) == ids(index, SearchPayments(asking("lantern"))) == ["p-1"]
    assert index.search(ORG, SearchPayments()).total == 1
    assert [each["text"] for each in index.suggestions(ORG, GetSuggestions("whi"))] == ["WHITE METAL LANTERN"]
    completed = Filters(statuses=("completed",), since="2011-01-31T00:00:00.000Z")
    (statistics,) = index.statistics(ORG, [GetStatistics(completed)])
    assert statistics["currency"] == [{"currency": "EUR", "count": 2, "sum": "15.00"}]
    assert statistics["daily"] == [{"date": "2011-01-31", "currency": "EUR", "count": 2, "sum": "15.00"}]


def test_a_write_is_stored_before_it_is_searchable(subject: Subject) -> None:
    subject.has(payment("p-1", version=1))
    subject.write(payment("p-1", version=2))
    assert subject.index.stored_version(ORG, "p-1") == 2
    at_once = ON_OSMEM and isinstance(subject.index, OpenSearchIndex)  # osmem needs no refresh
    assert subject.index.searchable_version(ORG, "p-1") == (2 if at_once else 1)
    subject.refresh()
    assert subject.index.searchable_version(ORG, "p-1") == 2


def test_typos_are_forgiven_and_descriptions_weigh_more_than_tags(subject: Subject) -> None:
    index = subject.has(
        payment("p-1", description="hanging heart holder"),
        payment("p-2", description="red retrospot bag", metadata={"tags": ["heart holder"]}),
        payment("p-3", description="jumbo bag"),
    )
    found = index.search(ORG, SearchPayments(asking("hart holdr")))
    assert [hit.document["paymentId"] for hit in found.hits] == ["p-1", "p-2"]
    first, second = (hit.score for hit in found.hits)
    assert first is not None
    assert second is not None
    assert first > second > 0


def test_a_payment_is_found_by_its_id(subject: Subject) -> None:
    index = subject.has(payment("invoice-536365"), payment("receipt-1"))
    assert ids(index, SearchPayments(asking("invoice-536365"))) == ["invoice-536365"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(statuses=("failed", "refunded")), ["failed", "refunded"]),
        (Filters(currencies=("JPY",)), ["yen"]),
        (Filters(currencies=("EUR", "JPY"), statuses=("completed",)), ["euro", "yen"]),
        (Filters(since="2011-02-01T00:00:00.000Z", until="2011-03-01T00:00:00.000Z"), ["failed"]),
        (Filters(until="2011-01-31T12:00:00.000Z"), []),
        (Filters(since="2011-01-31T12:00:00.000Z"), ["euro", "failed", "refunded", "yen"]),
    ],
)
def test_filters_narrow_the_search(subject: Subject, filters: Filters, expected: list[str]) -> None:
    index = subject.has(
        payment("euro"),
        payment("yen", amount="10", currency="JPY"),
        payment("failed", status="failed", processedAt="2011-02-28T23:59:59.999Z"),
        payment("refunded", status="refunded", processedAt="2011-03-01T00:00:00.000Z"),
        payment("unprocessed", status="requested", processedAt=None, currency="USD"),
    )
    assert sorted(set(ids(index, SearchPayments(filters=filters))) - {"unprocessed"}) == expected
    assert "unprocessed" not in ids(index, SearchPayments(filters=filters))


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        ("10", "10", ["dinar", "euro", "yen"]),
        ("10.001", None, ["dinar-more", "euro-more", "yen-more"]),
        (None, "10.005", ["dinar", "dinar-more", "euro", "yen"]),
        ("10.006", "10.009", []),
        ("99999999999999999", None, []),
    ],
)
def test_an_amount_means_the_same_in_every_currency(
    subject: Subject, least: str | None, most: str | None, expected: list[str]
) -> None:
    index = subject.has(
        payment("euro", amount="10.00", currency="EUR"),
        payment("euro-more", amount="10.01", currency="EUR"),
        payment("yen", amount="10", currency="JPY"),
        payment("yen-more", amount="11", currency="JPY"),
        payment("dinar", amount="10.000", currency="KWD"),
        payment("dinar-more", amount="10.001", currency="KWD"),
    )
    query = SearchPayments(filters=Filters(min_amount=least, max_amount=most))
    assert sorted(ids(index, query)) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.PROCESSED, ["b", "a", "c", "d", "e"]),
        (Sort.PROCESSED_LATEST, ["c", "a", "b", "d", "e"]),
        (Sort.BEST_FIRST, ["c", "a", "b", "d", "e"]),
        (Sort.BEST_LAST, ["b", "a", "c", "d", "e"]),
        (Sort.AMOUNT, ["c", "b", "d", "e", "a"]),
        (Sort.AMOUNT_LARGEST, ["b", "d", "e", "c", "a"]),
    ],
)
def test_orders(subject: Subject, sort: Sort, expected: list[str]) -> None:
    index = subject.has(
        payment("a", processedAt="2011-01-02T00:00:00.000Z", amount="900", currency="JPY"),
        payment("b", processedAt="2011-01-01T00:00:00.000Z", amount="2.00"),
        payment("c", processedAt="2011-01-03T00:00:00.000Z", amount="1.00"),
        payment("e", processedAt=None, status="requested", amount="2.00"),
        payment("d", processedAt=None, status="requested", amount="2.00"),
    )
    assert ids(index, SearchPayments(sort=sort)) == expected


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("text", ["", "lantern"])
def test_positions_walk_through_every_payment_and_back(subject: Subject, sort: Sort, text: str) -> None:
    index = subject.has(
        *(
            payment(f"p-{number}", processedAt=None if number % 3 == 0 else f"2011-01-0{number % 4 + 1}T00:00:00.000Z")
            for number in range(7)
        )
    )
    query = SearchPayments(asking(text), sort)
    there = index.search(ORG, query).hits
    for before, after in pairwise(there):
        assert index.search(ORG, replace(query, position=Position(before.sort_values))).hits[0] == after
        assert index.search(ORG, replace(query, position=Position(after.sort_values, backward=True))).hits[0] == before
    assert index.search(ORG, replace(query, position=Position(there[-1].sort_values))).hits == []
    assert index.search(ORG, replace(query, position=Position(there[0].sort_values, backward=True))).hits == []


def test_one_hit_more_than_the_limit_shows_that_there_is_more(subject: Subject) -> None:
    index = subject.has(payment("a"), payment("b"), payment("c"))
    found = index.search(ORG, SearchPayments(limit=1))
    assert (len(found.hits), found.total) == (2, 3)


def test_a_text_with_far_too_many_spellings_is_refused_by_name(real: Subject) -> None:
    if ON_OSMEM:
        pytest.skip("osmem has no limit of clauses")
    words = [f"{first}{second}{third}ndle" for first in "bcdfgh" for second in "aeiou" for third in "klmnprst"]
    index = real.has(*(payment(f"p-{number}", description=word) for number, word in enumerate(words)))
    with pytest.raises(Invalid) as refused:
        index.search(ORG, SearchPayments(asking(" ".join(words[:28]))))
    assert [error.field for error in refused.value.errors] == ["q"]


def test_no_engine_is_unavailable_and_not_a_defect() -> None:
    nobody = connect(Settings(opensearch_url="http://127.0.0.1:9"), timeout_seconds=1)
    index = OpenSearchIndex(nobody)
    for ask in (lambda: index.get(ORG, "p"), lambda: index.search(ORG, SearchPayments()), index.ping):
        with pytest.raises(EngineUnavailable):
            ask()
    nobody.close()


def test_no_index_is_unavailable_and_not_an_empty_answer(client: OpenSearch) -> None:
    index = OpenSearchIndex(client, alias="query-contract-nothing-there")
    for ask in (lambda: index.get(ORG, "p"), lambda: index.search(ORG, SearchPayments()), index.ping):
        with pytest.raises(EngineUnavailable):
            ask()


def test_a_live_index_answers_the_ping(real: Subject, client: OpenSearch) -> None:
    assert isinstance(real.index, OpenSearchIndex)
    real.index.ping()
