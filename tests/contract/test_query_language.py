"""The query language on the engine: each example finds what it should, and random questions what the fake finds."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.engines.search import OpenSearch, connect
from common.errors import NotUnderstood
from common.payments.index import METADATA_TERMS, index_body
from common.settings import Settings
from query_app.language.printing import printed
from query_app.language.tree import Node, conjunction, disjunction, negation
from query_app.payments.filters import Filters
from query_app.payments.index import OpenSearchIndex
from query_app.payments.ports import SearchIndex
from query_app.payments.search.query import Facet, SearchPayments, Shown, Sort
from query_app.payments.search.spelling import corrected
from query_app.payments.statistics.query import GetStatistics
from tests.fakes.search_index import FakeSearchIndex
from tests.query.documents import Document, asking, bulk_body, deleted, payment
from tests.query.texts import random_texts

ORG = "org-456"
PAGE = Path(__file__).parents[2] / "docs" / "query-language.md"
DOCUMENTS: list[Document] = [
    payment("lantern", userId="u1", metadata={"tags": ["light"]}),
    payment(
        "heart",
        description="WHITE HANGING HEART T-LIGHT HOLDER",
        userId="u2",
        amount="10.01",
        metadata={"tags": ["gift", "red box"], "region": "fr", "shop": {"city": "Paris"}, "paid": True},
        processedAt="2011-02-28T23:59:59.999Z",
    ),
    payment(
        "failed",
        description="BLUE MUG",
        status="failed",
        error="card declined",
        userId="u1",
        amount="100.00",
        metadata={"tags": ["Gift"], "region": "de"},
        processedAt=None,
    ),
    payment(
        "refunded",
        description="CAFÉ SIGN, RED",
        status="refunded",
        refundAmount="10.00",
        refundedAt="2011-03-05T12:00:00.000Z",
        metadata=None,
        processedAt="2011-03-01T00:00:00.000Z",
    ),
    payment("yen", description="50% OFF MUG", amount="10", currency="JPY", metadata={}),
    payment("dinar", description="MUG 5", amount="10.001", currency="KWD", metadata={"region": "fr", "tags": []}),
    deleted("gone"),
    payment("theirs", "org-789"),
]
EVERY = {"lantern", "heart", "failed", "refunded", "yen", "dinar"}
EXAMPLES: dict[str, set[str]] = {
    "white heart": {"lantern", "heart"},
    '"hanging heart"': {"heart"},
    "hart holdr": {"heart"},
    "café": {"refunded"},
    "mug 50% off": {"failed", "yen", "dinar"},
    "mug -blue": {"yen", "dinar"},
    "white AND heart": {"heart"},
    "(blue OR white) -heart": {"failed", "lantern"},
    "status:refunded": {"refunded"},
    "status:failed,refunded": {"failed", "refunded"},
    "-status:failed": EVERY - {"failed"},
    "mug status!=failed": {"yen", "dinar"},
    "currency:jpy,kwd": {"yen", "dinar"},
    "amount>=10.001": {"heart", "failed", "dinar"},
    "amount:10..10.005": {"lantern", "refunded", "yen", "dinar"},
    "amount>10 currency:eur": {"heart", "failed"},
    "amount:10,100.00": {"lantern", "failed", "refunded", "yen"},
    "amount:..10": {"lantern", "refunded", "yen"},
    "refund>0": {"refunded"},
    "processed:2011-02": {"heart"},
    "processed:2011-01..2011-02": EVERY - {"failed", "refunded"},
    "processed>=now-7d": {"heart", "refunded"},
    "refunded>now-3h": {"refunded"},
    "-processed>=2011": {"failed"},
    'tag:"gift"': {"heart"},
    'tag:Gift,"red box"': {"heart", "failed"},
    "metadata.region:fr": {"heart", "dinar"},
    "metadata.shop.city:Paris metadata.paid:true": {"heart"},
    "user:u1": {"lantern", "failed"},
    "id:yen,dinar": {"yen", "dinar"},
    "description:mug error:declined": {"failed"},
    'error:"card declined" OR refunded:2011': {"failed", "refunded"},
    "status:failed (mug OR lantern) NOT (amount<50 user:u1)": {"failed"},
}


@pytest.fixture(scope="module")
def real(opensearch_url: str) -> Iterator[OpenSearchIndex]:
    client: OpenSearch = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=10)
    name = f"language-contract-{uuid4().hex}"
    client.request("PUT", name, body=index_body(refresh_interval_ms=3_600_000, replicas=0))
    answer = client.request("POST", "_bulk", body=bulk_body(name, *DOCUMENTS), params={"refresh": "true"})
    assert not answer["errors"], answer
    yield OpenSearchIndex(client, alias=name)
    client.request("DELETE", name)
    client.close()


@pytest.fixture(scope="module")
def fake() -> FakeSearchIndex:
    index = FakeSearchIndex()
    index.write(*DOCUMENTS)
    return index


@pytest.fixture(params=["real", "fake"])
def index(request: pytest.FixtureRequest) -> SearchIndex:
    found: SearchIndex = request.getfixturevalue(request.param)
    return found


def ids(index: SearchIndex, filters: Filters, sort: Sort = Sort.BEST_FIRST) -> list[str]:
    return [hit.document["paymentId"] for hit in index.search(ORG, SearchPayments(filters, sort, limit=50)).hits]


@pytest.mark.parametrize("sort", [Sort.BEST_FIRST, Sort.AMOUNT], ids=["scored", "filtered"])
@pytest.mark.parametrize("text", EXAMPLES)
def test_each_example_finds_what_it_should(index: SearchIndex, text: str, sort: Sort) -> None:
    assert set(ids(index, asking(text), sort)) == EXAMPLES[text]


def test_the_examples_are_those_of_the_page() -> None:
    of_payments, _, _ = PAGE.read_text().partition("\n## Log entries\n")
    rows = re.findall(r"^\| `([^`]+)` \|", of_payments, re.MULTILINE)
    assert rows == ["q", *EXAMPLES]


def test_payments_come_back_as_they_were_written(index: SearchIndex) -> None:
    (hit,) = index.search(ORG, SearchPayments(asking("id:heart"))).hits
    assert hit.document == next(each for each in DOCUMENTS if each["paymentId"] == "heart")
    assert index.get(ORG, "heart") == hit.document


def test_who_has_all_the_words_comes_first_also_beside_conditions(index: SearchIndex) -> None:
    assert ids(index, asking("heart white -status:failed"))[0] == "heart"
    assert ids(index, asking("amount<100 (heart white OR lamp)"))[0] == "heart"


def test_conditions_do_not_score(real: OpenSearchIndex) -> None:
    def scores(text: str) -> list[float | None]:
        return [hit.score for hit in real.search(ORG, SearchPayments(asking(text))).hits]

    assert set(scores("status:completed -currency:eur amount>1")) == {0.0}
    assert scores("id:heart hanging") == scores("hanging")


def test_the_parameters_go_together_with_the_text(index: SearchIndex) -> None:
    assert ids(index, asking("mug", currencies=("EUR", "JPY"), min_amount="11")) == ["failed"]
    assert ids(index, asking("amount<50 mug", currencies=("EUR", "JPY"))) == ["yen"]
    (counted,) = index.statistics(ORG, [GetStatistics(asking('tag:"gift"'))])
    assert counted["currency"] == [{"currency": "EUR", "count": 1, "sum": "10.01"}]


LEAVES = st.sampled_from([*EXAMPLES, "lantern", "-mug", "metadata.region:de", '"red box"', "currency:eur", "amount>10"])
QUESTIONS: st.SearchStrategy[Node] = st.recursive(
    LEAVES.map(lambda text: asking(text).condition),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(conjunction),
        st.lists(inner, min_size=1, max_size=3).map(disjunction),
        inner.map(negation),
    ),
    max_leaves=5,
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(QUESTIONS)
def test_engine_and_fake_find_the_same(real: OpenSearchIndex, fake: FakeSearchIndex, node: Node) -> None:
    asked = Filters(condition=node)
    expected = set(ids(fake, asked))
    assert set(ids(real, asked)) == set(ids(real, asked, Sort.PROCESSED)) == expected, printed(node)


@MANY
@given(QUESTIONS, QUESTIONS)
def test_negation_and_its_laws_hold(real: OpenSearchIndex, one: Node, other: Node) -> None:
    def found(node: Node) -> set[str]:
        return set(ids(real, Filters(condition=node)))

    assert found(negation(one)) == EVERY - found(one)
    assert found(conjunction([one, other])) == found(one) & found(other)
    assert found(disjunction([one, other])) == found(one) | found(other)
    either, both = disjunction([one, other]), conjunction([one, other])
    assert found(negation(either)) == found(conjunction([negation(one), negation(other)]))
    assert found(negation(both)) == found(disjunction([negation(one), negation(other)]))


def test_no_text_whatever_is_refused_by_the_engine(real: OpenSearchIndex) -> None:
    understood = 0
    for text in random_texts(600):
        try:
            asked = asking(text)
        except NotUnderstood:
            continue
        understood += 1
        ids(real, asked)
        ids(real, asked, Sort.PROCESSED)
    assert understood > 100


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000,
        '"' + "x " * 100 + '"',
        " ".join(f"w{number}" for number in range(100)),
        "-" + " -".join(f"w{number}" for number in range(100)),
        f"amount:{','.join(map(str, range(100)))}",
        f"id:{','.join(map(str, range(100)))}",
        "NOT (mug OR " * 5 + "lantern" + ")" * 5,
        "amount>99999999999999999.99999999 OR refund<0",
        "processed:1000..8999",
        "metadata.a-b_c.d:\u0000",
    ],
    ids=lambda text: text[:12],
)
def test_the_largest_questions_are_answered(real: OpenSearchIndex, text: str) -> None:
    for sort in (Sort.BEST_FIRST, Sort.PROCESSED):
        assert ids(real, asking(text), sort) is not None


def test_an_index_made_before_the_terms_takes_documents_with_them(opensearch_url: str) -> None:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=10)
    name, body = f"language-contract-{uuid4().hex}", deepcopy(index_body(refresh_interval_ms=1_000, replicas=0))
    del body["mappings"]["properties"]["metadata"]["properties"][METADATA_TERMS]
    client.request("PUT", name, body=body)
    assert not client.request("POST", "_bulk", body=bulk_body(name, *DOCUMENTS), params={"refresh": "true"})["errors"]
    index = OpenSearchIndex(client, alias=name)
    assert ids(index, asking("metadata.region:fr")) == []
    assert ids(index, asking('tag:"gift"')) == ["heart"]
    client.request("DELETE", name)
    client.close()


def test_everything_is_found_without_a_question(index: SearchIndex) -> None:
    assert set(ids(index, asking("  "))) == EVERY


def test_each_facet_passes_over_the_conditions_on_its_own_field(index: SearchIndex) -> None:
    asked = asking('tag:"gift","Gift" amount<100 status:completed,failed')
    shown = Shown(facets=(Facet.STATUS, Facet.TAGS, Facet.AMOUNT))
    found = index.search(ORG, SearchPayments(asked, shown=shown))
    assert [hit.document["paymentId"] for hit in found.hits] == ["heart"]
    assert found.facets["status"] == [{"value": "completed", "count": 1}]
    assert {each["value"]: each["count"] for each in found.facets["tags"]} == {"gift": 1, "light": 1, "red box": 1}
    assert [each["count"] for each in found.facets["amount"]] == [0, 1, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("sort", [Sort.BEST_FIRST, Sort.AMOUNT])
def test_what_the_text_finds_is_highlighted_and_what_it_excludes_is_not(index: SearchIndex, sort: Sort) -> None:
    asked = asking('"metal lantern" status:completed -blue OR id:yen')
    found = index.search(ORG, SearchPayments(asked, sort, shown=Shown(highlight=True)))
    marked = {hit.document["paymentId"]: hit.highlights.get("description") for hit in found.hits}
    assert marked == {"lantern": ["WHITE <em>METAL</em> <em>LANTERN</em>"], "yen": None}


def test_a_better_spelling_keeps_the_conditions(index: SearchIndex) -> None:
    query = SearchPayments(asking("lantren status:completed,failed"))
    words = index.search(ORG, query).absent_words
    assert words == ("lantren",)
    better = corrected(query.filters.condition, index.corrections(ORG, words))
    assert better == "status:completed,failed AND lantern"
