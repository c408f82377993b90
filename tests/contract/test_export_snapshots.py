"""Snapshots of OpenSearch: what an export reads stays as it was, in every order, and a lost one is told."""

import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from common.engines.search import OpenSearch, connect
from common.payments.index import ALIAS_READ, SERVING, index_body
from common.settings import Settings
from query_app.payments.exports.adapters.snapshots import OpenSearchSnapshots
from query_app.payments.exports.ports import SnapshotGone
from query_app.payments.search.query import SearchPayments, Sort
from tests.query.documents import Document, asking, bulk_body, deleted, payment

ORG = "org-456"


@pytest.fixture(scope="module")
def client(opensearch_url: str) -> Iterator[OpenSearch]:
    with connect(Settings(opensearch_url=opensearch_url), timeout_seconds=10) as client:
        yield client


@pytest.fixture
def index(client: OpenSearch) -> Iterator[str]:
    name = f"export-contract-{uuid4().hex}"
    client.request("PUT", name, body=index_body(refresh_interval_ms=3_600_000, replicas=0))
    yield name
    client.request("DELETE", name)


@pytest.fixture
def write(client: OpenSearch, index: str) -> Callable[..., None]:
    def write(*documents: Document) -> None:
        assert not client.request("POST", "_bulk", body=bulk_body(index, *documents))["errors"]
        client.request("POST", index, "_refresh")

    return write


@pytest.fixture
def snapshots(client: OpenSearch, index: str) -> OpenSearchSnapshots:
    return OpenSearchSnapshots(client, alias=index, page_size=4)


def read(
    snapshots: OpenSearchSnapshots, snapshot: str, query: SearchPayments, fields: tuple[str, ...] = ()
) -> tuple[int | None, list[Document]]:
    found: list[Document] = []
    total, after = None, None
    while True:
        page = snapshots.page(snapshot, ORG, query, fields, after)
        found += page.documents
        total = page.total if after is None else total
        assert after is None or after != page.last, "it does not go on"
        after = page.last
        if after is None:
            return total, found


def names(documents: list[Document]) -> list[str]:
    return [document["paymentId"] for document in documents]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("count", [0, 3, 4, 9])
def test_all_pages_have_each_payment_of_the_organization_once(
    snapshots: OpenSearchSnapshots, write: Callable[..., None], sort: Sort, count: int
) -> None:
    payments = [
        payment(
            f"p-{n}", amount=f"{n % 3 + 1}.00", processedAt=None if n == 2 else f"2011-01-0{n % 4 + 1}T00:00:00.000Z"
        )
        for n in range(count)
    ]
    write(payment("theirs", "org-789"), deleted("gone"), *payments)
    total, found = read(snapshots, snapshots.open(), SearchPayments(sort=sort))
    assert total == count
    assert sorted(found, key=lambda each: str(each["paymentId"])) == payments


def test_it_is_the_search_of_the_moment_it_was_opened(
    snapshots: OpenSearchSnapshots, write: Callable[..., None]
) -> None:
    before = [payment(f"p-{n}") for n in range(6)]
    write(*before)
    snapshot = snapshots.open()
    first = snapshots.page(snapshot, ORG, SearchPayments(), (), None)
    write(payment("p-9"), payment("p-0", processedAt="2012-01-01T00:00:00.000Z", version=3), deleted("p-5"))
    rest = snapshots.page(snapshot, ORG, SearchPayments(), (), first.last)
    assert [*first.documents, *rest.documents] == before
    assert names(read(snapshots, snapshots.open(), SearchPayments())[1])[0] == "p-0"


def test_what_is_no_more_stays_out_where_queries_read(
    client: OpenSearch, index: str, write: Callable[..., None]
) -> None:
    # Given an alias as queries read by it, and a state that another one has superseded
    client.request("PUT", index, "_alias", f"{index}-read", body=SERVING[ALIAS_READ])
    write(payment("p-1"), payment("p-2", supersededAt="2011-02-01T00:00:00.000Z"))
    snapshots = OpenSearchSnapshots(client, alias=f"{index}-read")
    total, found = read(snapshots, snapshots.open(), SearchPayments())
    assert (total, names(found)) == (1, ["p-1"])


def test_filters_words_and_fields_are_the_search_s(snapshots: OpenSearchSnapshots, write: Callable[..., None]) -> None:
    write(
        *(payment(f"p-{n}", currency="USD", description="BLUE MUG") for n in range(5)),
        payment("eur"),
        payment("usd", currency="USD"),
    )
    query = SearchPayments(asking("blue mug", currencies=("USD",)), Sort.PROCESSED)
    total, found = read(snapshots, snapshots.open(), query, ("paymentId", "currency"))
    assert total == 5
    assert found == [{"paymentId": f"p-{n}", "currency": "USD"} for n in range(5)]


@pytest.mark.skipif(os.environ.get("ENGINES") != "real", reason="osmem does not go on after a score: it rounds it")
def test_the_best_first(snapshots: OpenSearchSnapshots, write: Callable[..., None]) -> None:
    mugs = [payment(f"p-{n}", description=f"BLUE MUG {'LARGE ' * n}") for n in range(9)]
    write(*mugs, payment("other", description="SILVER SPOON"))
    total, found = read(snapshots, snapshots.open(), SearchPayments(asking("blue mug")))
    assert (total, names(found)) == (9, names(mugs))


def test_one_that_was_given_back_is_gone(snapshots: OpenSearchSnapshots, write: Callable[..., None]) -> None:
    write(payment("p-1"))
    snapshot = snapshots.open()
    snapshots.close(snapshot)
    snapshots.close(snapshot)
    with pytest.raises(SnapshotGone):
        snapshots.page(snapshot, ORG, SearchPayments(), (), None)
