"""What a page tells beside its payments: facets, highlights, better spellings, suggestions; the fake and the engine."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from query_app.cursors import Position
from query_app.payments.filters import Filters
from query_app.payments.search.query import Facet, SearchPayments, Shown, Sort, Total
from query_app.payments.suggestions.query import GetSuggestions
from tests.contract.conftest import Subject
from tests.query.documents import Document, asking, deleted, payment, tombstone

ORG, OTHER = "org-456", "org-789"


def shown(subject: Subject, *facets: Facet, **filters: object) -> dict[str, object]:
    query = SearchPayments(filters=Filters(**filters), shown=Shown(facets=facets))  # type: ignore[arg-type]
    return subject.index.search(ORG, query).facets


def count(value: str, number: int) -> dict[str, object]:
    return {"value": value, "count": number}


def five(subject: Subject) -> Subject:
    subject.has(
        payment("a", amount="9.99"),
        payment("b", amount="10.00", metadata={"tags": ["gift", "red"]}, processedAt="2011-02-01T00:00:00.000Z"),
        payment("c", amount="10", currency="JPY", status="failed"),
        payment("d", amount="10.000", currency="KWD", metadata=None),
        payment("e", amount="10000.00", status="failed", processedAt=None),
        payment("f", OTHER, status="refunded"),
        deleted("g", status="refunded"),
        tombstone("h"),
    )
    return subject


def test_each_facet_counts_the_organizations_visible_payments(subject: Subject) -> None:
    facets = shown(five(subject), *Facet)
    assert facets["status"] == [count("completed", 3), count("failed", 2)]
    assert facets["currency"] == [count("EUR", 3), count("JPY", 1), count("KWD", 1)]
    assert facets["tags"] == [count("gift", 4), count("red", 1)]
    assert facets["month"] == [count("2011-01", 3), count("2011-02", 1)]


def test_amounts_are_counted_by_ranges_that_mean_the_same_in_every_currency(subject: Subject) -> None:
    ranges = shown(five(subject), Facet.AMOUNT)["amount"]
    assert isinstance(ranges, list)
    assert (ranges[0]["from"], ranges[0]["to"], ranges[-1]["from"], ranges[-1]["to"]) == (None, "10", "10000", None)
    assert [each["count"] for each in ranges] == [1, 3, 0, 0, 0, 0, 0, 1]
    assert all(one["to"] == following["from"] for one, following in pairwise(ranges))


def test_each_facet_passes_over_its_own_filter_and_no_other(subject: Subject) -> None:
    narrowed = five(subject)
    facets = shown(narrowed, Facet.STATUS, Facet.CURRENCY, statuses=("failed",), currencies=("JPY",))
    assert facets["status"] == [count("failed", 1)]
    assert facets["currency"] == [count("EUR", 1), count("JPY", 1)]
    facets = shown(
        narrowed, *Facet, currencies=("KWD",), min_amount="10", max_amount="20", since="2011-01-01T00:00:00.000Z"
    )
    assert facets["currency"] == [count("EUR", 1), count("JPY", 1), count("KWD", 1)]
    assert facets["status"] == [count("completed", 1)]
    assert facets["month"] == [count("2011-01", 1)]
    amounts = facets["amount"]
    assert isinstance(amounts, list)
    assert [each["count"] for each in amounts] == [0, 1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("q", "facet", "expected"),
    [
        ("status:failed currency:jpy", Facet.STATUS, [count("failed", 1)]),
        ("status:failed currency:jpy", Facet.CURRENCY, [count("EUR", 1), count("JPY", 1)]),
        ("-status:failed", Facet.STATUS, [count("completed", 3), count("failed", 2)]),
        ("tag:red", Facet.TAGS, [count("gift", 4), count("red", 1)]),
        ("tag:red", Facet.STATUS, [count("completed", 1)]),
        ("processed:2011-02 lantern", Facet.MONTH, [count("2011-01", 3), count("2011-02", 1)]),
        ("status:failed OR currency:kwd", Facet.STATUS, [count("failed", 2), count("completed", 1)]),
    ],
)
def test_a_condition_of_the_language_about_one_field_is_that_facet_s_own_filter(
    subject: Subject, q: str, facet: Facet, expected: list[dict[str, object]]
) -> None:
    index = five(subject).index
    query = SearchPayments(asking(q), shown=Shown(facets=tuple(Facet)))
    found = index.search(ORG, query)
    assert found.facets[facet] == expected
    assert found.total == index.search(ORG, SearchPayments(asking(q))).total


def test_facets_change_neither_the_payments_nor_their_total(subject: Subject) -> None:
    index = five(subject).index
    plain = SearchPayments(asking("lantern", statuses=("failed",), min_amount="10"))
    faceted = replace(plain, shown=Shown(facets=tuple(Facet)))
    one, other = index.search(ORG, plain), index.search(ORG, faceted)
    assert (one.hits, one.total, one.facets) == (other.hits, other.total, {})
    assert one.total == 2


def test_highlights_are_html_in_which_only_em_is_ours(subject: Subject) -> None:
    subject.has(payment("a", description='<em>RED</em> & "BLUE" <script>LANTERN</script>'), payment("b"))
    query = SearchPayments(asking("lantern"), shown=Shown(highlight=True))
    texts = {hit.document["paymentId"]: hit.highlights["description"] for hit in subject.index.search(ORG, query).hits}
    assert texts["b"] == ["WHITE METAL <em>LANTERN</em>"]
    (text,) = texts["a"]
    assert text.count("<") == 2 * text.count("<em>") == 2
    assert "&lt;em&gt;RED" in text


def test_without_highlight_there_is_none(subject: Subject) -> None:
    subject.has(payment("a"))
    for query in (SearchPayments(asking("lantern")), SearchPayments(shown=Shown(highlight=True))):
        assert [hit.highlights for hit in subject.index.search(ORG, query).hits] == [{}]


def test_only_the_fields_that_were_asked_for_come_back(subject: Subject) -> None:
    subject.has(payment("a"), payment("b", description=None, metadata=None))
    found = subject.index.search(ORG, SearchPayments(shown=Shown(fields=("description", "metadata"))))
    assert [hit.document for hit in found.hits] == [
        {"description": "WHITE METAL LANTERN", "metadata": {"tags": ["gift"]}},
        {},
    ]


def test_a_bounded_total_is_exact_as_far_as_it_goes(subject: Subject) -> None:
    subject.has(payment("a"), payment("b"))
    found = subject.index.search(ORG, SearchPayments(limit=1, shown=Shown(Total.BOUNDED)))
    assert (found.total, found.total_relation) == (2, "eq")


def test_what_only_the_index_needs_is_shown_to_nobody(subject: Subject) -> None:
    subject.has(payment("a", metadata={"tags": ["gift"], "region": "fr"}))
    for fields in ((), ("metadata",)):
        (hit,) = subject.index.search(ORG, SearchPayments(shown=Shown(fields=fields))).hits
        assert hit.document["metadata"] == {"tags": ["gift"], "region": "fr"}


def test_scores_come_worst_first_too(subject: Subject) -> None:
    subject.has(payment("one", description="RED LANTERN"), payment("both", description="WHITE LANTERN"))
    for sort, expected in ((Sort.BEST_FIRST, ["both", "one"]), (Sort.BEST_LAST, ["one", "both"])):
        hits = subject.index.search(ORG, SearchPayments(asking("white lantern"), sort=sort)).hits
        assert [hit.document["paymentId"] for hit in hits] == expected
        assert all(hit.score for hit in hits)


def test_another_organizations_payments_change_no_score(subject: Subject) -> None:
    def scores() -> list[float | None]:
        asked = asking("white lantern OR error:declined OR tag:gift")
        return [hit.score for hit in subject.index.search(ORG, SearchPayments(asked)).hits]

    subject.has(payment("a"), payment("b", description="RED LANTERN", error="DECLINED"))
    before = scores()
    others = {"description": "WHITE LANTERN", "error": "CARD DECLINED"}
    subject.has(*(payment(f"p-{number}", OTHER, **others) for number in range(30)))
    assert scores() == before


# --------------------------------------------------------------------------------------------------- did you mean


@pytest.mark.parametrize(
    ("text", "absent", "better"),
    [
        ("lantern", (), {}),
        ("lantren", ("lantren",), {"lantren": "lantern"}),
        ("WHITE metla", ("metla",), {"metla": "metal"}),
        ("lntrn", ("lntrn",), {}),
        ("lntern giftt", ("lntern", "giftt"), {"lntern": "lantern", "giftt": "gift"}),
        ("536365 mug", (), {}),
        ("elephant", ("elephant",), {}),
        ("mug -lantren error:metla", (), {}),
    ],
)
def test_a_word_that_nobody_has_is_told_with_the_nearest_that_somebody_has(
    subject: Subject, text: str, absent: tuple[str, ...], better: dict[str, str]
) -> None:
    index = subject.has(payment("a"), payment("b"), payment("c", description="WHITE MOUSE"))
    found = index.search(ORG, SearchPayments(asking(text)))
    assert found.absent_words == absent
    assert (index.corrections(ORG, absent) if absent else {}) == better


def test_of_equally_near_words_the_most_used_is_better(subject: Subject) -> None:
    index = subject.has(
        payment("a", description="LANE"),
        payment("b", description="LINE"),
        payment("c", description="LINE", status="failed"),
    )
    assert index.corrections(ORG, ("lyne",)) == {"lyne": "line"}


def test_another_organizations_words_and_what_was_erased_never_come_up(subject: Subject) -> None:
    index = subject.has(
        payment("a", OTHER, description="SECRET LANTERN", metadata={"tags": ["confidential"]}),
        payment("b", description="[erased]", erasedAt="2011-02-01T00:00:00.000Z", metadata=None),
        deleted("c", description="SECRET LANTERN"),
        payment("d", description="MUG", metadata=None),
    )
    wrong = ("secrte", "lantren", "confidentail", "eresed")
    assert index.search(ORG, SearchPayments(asking(" ".join(wrong)))).absent_words == wrong
    assert index.corrections(ORG, wrong) == {}
    for typed in ("sec", "secret", "secrte", "lan", "lantern", "erased", "era", "conf"):
        assert index.suggestions(ORG, GetSuggestions(typed)) == []


# ---------------------------------------------------------------------------------------------------- suggestions


def suggested(subject: Subject, text: str, limit: int = 10) -> list[str]:
    return [each["text"] for each in subject.index.suggestions(ORG, GetSuggestions(text, limit))]


@pytest.fixture
def described(subject: Subject) -> Subject:
    subject.has(
        payment("a", description="WHITE METAL LANTERN"),
        payment("b", description="WHITE METAL LANTERN", status="failed"),
        payment("c", description="WHITE HANGING HEART T-LIGHT HOLDER"),
        payment("d", description="WHITE MUG"),
        payment("e", description="WHITE MUG"),
        payment("f", description="WHITE MUG"),
        payment("g", description="RED " * 70),
        tombstone("h"),
        *(payment(f"o-{number}", OTHER, description="WHITE HANGING HEART T-LIGHT HOLDER") for number in range(9)),
    )
    return subject


def test_suggestions_come_by_their_use_in_the_organization(described: Subject) -> None:
    assert described.index.suggestions(ORG, GetSuggestions("whi")) == [
        {"text": "WHITE MUG", "score": 3.0},
        {"text": "WHITE METAL LANTERN", "score": 2.0},
        {"text": "WHITE HANGING HEART T-LIGHT HOLDER", "score": 1.0},
    ]
    assert suggested(described, "whi", limit=1) == ["WHITE MUG"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("met", ["WHITE METAL LANTERN"]),
        ("metal lan", ["WHITE METAL LANTERN"]),
        ("lantern white", ["WHITE METAL LANTERN"]),
        ("lantrn", ["WHITE METAL LANTERN"]),
        ("lanteen", ["WHITE METAL LANTERN"]),
        ("wihte mug", ["WHITE MUG"]),
        ("t-li", ["WHITE HANGING HEART T-LIGHT HOLDER"]),
        ("zzz", []),
        ("-", []),
        ("ite", []),
        ("red", []),
    ],
)
def test_suggestions_match_any_words_beginning_also_with_a_typo(
    described: Subject, typed: str, expected: list[str]
) -> None:
    assert suggested(described, typed) == expected


def test_what_matches_exactly_comes_before_what_is_used_more_but_matches_nearly(subject: Subject) -> None:
    subject.has(payment("a", description="LANTERN"), *(payment(f"p-{n}", description="LINTERN") for n in range(5)))
    assert suggested(subject, "lantern") == ["LANTERN", "LINTERN"]


# -------------------------------------------------------------------------------------------------------- drift


def walk(subject: Subject, query: SearchPayments, sizes: list[int], between: object = None) -> list[str]:
    """The ids on all pages, each of the next size; `between` is called after each page."""
    seen: list[str] = []
    for turn in range(1000):
        found = subject.index.search(ORG, replace(query, limit=sizes[turn % len(sizes)]))
        page = found.hits[: sizes[turn % len(sizes)]]
        seen += [hit.document["paymentId"] for hit in page]
        if len(found.hits) <= len(page):
            return seen
        backward = query.position is not None and query.position.backward
        query = replace(query, position=Position(page[-1].sort_values, backward))
        if callable(between):
            between()
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_neither_miss_nor_double_a_payment_while_others_are_written_refunded_and_deleted(
    subject: Subject, sort: Sort
) -> None:
    chance = random.Random(sort)  # noqa: S311

    def at() -> str:
        return f"2011-01-{chance.randint(1, 9):02d}T00:00:00.000Z"

    def text() -> str:
        return chance.choice(["WHITE LANTERN", "LANTERN", "WHITE METAL LANTERN", "RED LANTERN IN A BOX"])

    there = [
        payment(f"p-{n:03d}", processedAt=at(), amount=f"{chance.randint(1, 5)}.00", description=text())
        for n in range(60)
    ]
    subject.has(*there)
    steady, gone = there[:40], {each["paymentId"] for each in there[40:]}
    passing = iter(there[40:])

    def meanwhile() -> None:
        number = chance.randint(0, 10**9)
        refunded: Document = {**chance.choice(steady), "status": "refunded", "refundAmount": "1.00", "version": number}
        subject.has(
            payment(f"new-{number}", processedAt=at(), description=text()),
            *(payment(f"o-{number}-{each}", OTHER, description="LANTERN " * each) for each in range(1, 5)),
            refunded,
            *(deleted(each["paymentId"]) for each in [next(passing, None)] if each),
        )

    query = SearchPayments(asking("white lantern"), sort=sort, shown=Shown(fields=("paymentId",)))
    seen = walk(subject, query, [7], meanwhile)
    assert len(set(seen)) == len(seen)
    assert {each["paymentId"] for each in steady} <= set(seen)
    assert set(seen) - {each["paymentId"] for each in steady} - gone == {
        each for each in seen if each.startswith("new-")
    }


@pytest.mark.parametrize("sort", list(Sort))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=5), text=st.sampled_from(["", "white lantern"]))
def test_pages_of_any_sizes_forwards_and_then_backwards_are_the_same_list(
    subject: Subject, sort: Sort, sizes: list[int], text: str
) -> None:
    if not subject.index.search(ORG, SearchPayments()).total:
        chance = random.Random(7)  # noqa: S311
        subject.has(
            *(
                payment(
                    f"p-{number:02d}",
                    amount=f"{chance.randint(1, 4)}.00",
                    processedAt=chance.choice([None, "2011-01-31T12:00:00.000Z", "2011-02-01T12:00:00.000Z"]),
                    description=chance.choice(["WHITE LANTERN", "LANTERN", "WHITE MUG"]),
                )
                for number in range(20)
            )
        )
    query = SearchPayments(asking(text), sort=sort)
    everything = subject.index.search(ORG, replace(query, limit=200)).hits
    ids = [hit.document["paymentId"] for hit in everything]
    assert walk(subject, query, sizes) == ids
    last = Position(everything[-1].sort_values, backward=True)
    assert walk(subject, replace(query, position=last), sizes) == ids[-2::-1]
