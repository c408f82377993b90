"""The projector's index: OpenSearch and its fake keep the same promises."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pytest
from opensearchpy import OpenSearch as Administrator

from common.domain.documents import Document, SearchIndex, Verdict, written
from common.engines.document_writer import FEW, OpenSearchIndex
from common.engines.index_admin import ensure_index
from common.engines.mirrored_index import MirroredIndex
from common.engines.search import OpenSearch, connect
from common.payments.index import ALIAS_READ, ALIAS_WRITE
from common.settings import Settings
from tests.builders import document_of, event_of, payment_state
from tests.fakes.read_model import FakeDocumentIndex


class ReadableIndex(SearchIndex, Protocol):
    """An index whose documents a test may look at."""

    def stored(self, document: Document) -> Mapping[str, Any] | None:
        """What is there under a document's id."""


class ReadableOpenSearch(OpenSearchIndex):
    """The adapter, and a look at what it wrote."""

    def __init__(self, client: OpenSearch, alias: str, max_bytes: int) -> None:
        super().__init__(client, alias, max_bytes)
        self._client = client

    def stored(self, document: Document) -> Mapping[str, Any] | None:
        where, params = (ALIAS_READ, "_doc", document.document_id), {"routing": document.organization_id}
        answer: dict[str, Mapping[str, Any]] = self._client.request("GET", *where, params=params, allowed=(404,))
        return answer.get("_source")


class ReadableFake(FakeDocumentIndex):
    """The fake, and a look at what it holds."""

    def stored(self, document: Document) -> Mapping[str, Any] | None:
        there = self.documents.get(document.document_id)
        return there.source if there else None


@pytest.fixture(params=["fake", "opensearch"])
def index(request: pytest.FixtureRequest) -> Iterator[ReadableIndex]:
    if request.param == "fake":
        yield ReadableFake()
        return
    client = connect(Settings(opensearch_url=request.getfixturevalue("opensearch_url")), timeout_seconds=30)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    ensure_index(request.getfixturevalue("admin"), refresh_interval_ms=500, replicas=0)
    # Two kilobytes a request: even these small batches are split.
    yield ReadableOpenSearch(client, ALIAS_WRITE, max_bytes=2_000)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    client.close()


def document(version: int = 1, **fields: Any) -> Document:
    return document_of(event_of(payment_state(version=version, **fields)))


def test_a_document_is_stored_as_it_is(index: ReadableIndex) -> None:
    written = document(metadata={"tags": ["gift"], "anything": {"else": [1, None]}})
    assert index.upsert([written])[0].verdict is Verdict.APPLIED
    assert index.stored(written) == written.source


@pytest.mark.parametrize(("there", "comes"), [(2, 1), (2, 2)])
def test_an_older_or_equal_version_changes_nothing(index: ReadableIndex, there: int, comes: int) -> None:
    newer, late = document(there, description="newer"), document(comes, description="late")
    index.upsert([newer])
    assert index.upsert([late])[0].verdict is Verdict.STALE
    assert index.stored(late) == newer.source


@pytest.fixture
def showing_nothing(opensearch_url: str, admin: Administrator) -> Iterator[OpenSearch]:
    """With an index that shows nothing for an hour by itself."""
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    ensure_index(admin, refresh_interval_ms=3_600_000, replicas=0)
    yield client
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    client.close()


def shown(client: OpenSearch, word: str) -> int:
    query = {"query": {"match": {"description": word}}}
    found: int = client.request("POST", ALIAS_READ, "_count", body=query)["count"]
    return found


@pytest.mark.parametrize("event_type", ["PaymentErased", "PaymentDeleted"])
def test_where_it_is_searched_an_erasure_is_shown_at_once(showing_nothing: OpenSearch, event_type: str) -> None:
    # Given readers who have seen a payment
    index = MirroredIndex(showing_nothing)
    index.upsert([document(description="A novel for Jane")])
    assert shown(showing_nothing, "jane") == 1

    # When it is erased, among so many others that they would wait
    event = event_of(payment_state(version=2, user_id=None, description="[erased]"), event_type)
    index.upsert([document_of(event), *(document(payment_id=f"p{number}") for number in range(FEW))])

    # Then nobody finds it any more
    assert shown(showing_nothing, "jane") == 0


@pytest.mark.skipif(os.environ.get("ENGINES") != "real", reason="osmem needs no refresh")
def test_where_it_is_searched_few_are_shown_at_once_and_many_by_and_by(showing_nothing: OpenSearch) -> None:
    index = MirroredIndex(showing_nothing)
    index.upsert([document(payment_id=f"p{number}", description="mug") for number in range(FEW + 1)])
    assert shown(showing_nothing, "mug") == 0
    index.upsert([document(payment_id="another", description="cup")])
    assert shown(showing_nothing, "cup") == 1


def test_a_late_event_does_not_bring_back_what_was_deleted(index: ReadableIndex) -> None:
    gone = document_of(event_of(payment_state(version=3), "PaymentDeleted"))
    index.upsert([gone])
    assert index.upsert([document(2)])[0].verdict is Verdict.STALE
    assert index.stored(gone) == gone.source


def test_a_document_that_the_index_never_takes_leaves_its_neighbours_alone(index: ReadableIndex) -> None:
    good = [document(payment_id=f"p{number}") for number in range(20)]
    bad = Document(
        "org-456:bad", "org-456", 1, written({"paymentId": "bad", "organizationId": "org-456", "surprise": 1})
    )

    results = index.upsert([*good[:10], bad, *good[10:]])

    assert results[10].verdict is Verdict.POISON
    assert "strict_dynamic_mapping_exception" in results[10].reason
    assert {result.verdict for result in (*results[:10], *results[11:])} == {Verdict.APPLIED}
    assert index.stored(bad) is None


def test_a_document_that_names_its_index_goes_there_beside_those_that_do_not(
    opensearch_url: str, admin: Administrator
) -> None:
    # Given indices that a template makes
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", "payments-*,days-*", params={"ignore_unavailable": "true"})
    ensure_index(admin, refresh_interval_ms=500, replicas=0)
    elsewhere = [Document(f"d{day}", "org-456", 1, written({"day": day}), in_index=f"days-{day}") for day in (1, 2)]
    index = OpenSearchIndex(client, ALIAS_WRITE)

    # When documents of both kinds are written, twice
    for verdict in (Verdict.APPLIED, Verdict.STALE):
        assert {each.verdict for each in index.upsert([*elsewhere, document()])} == {verdict}

    # Then each is where it belongs
    client.request("POST", "days-*", "_refresh")
    for day in (1, 2):
        found = client.request("GET", f"days-{day}", "_doc", f"d{day}", params={"routing": "org-456"})
        assert found["_source"] == {"day": day}
    client.request("DELETE", "payments-*,days-*", params={"ignore_unavailable": "true"})
    client.close()


def test_organizations_do_not_share_documents(index: ReadableIndex) -> None:
    mine, theirs = document(organization_id="org-1"), document(organization_id="org-2", amount="7.00")
    index.upsert([mine, theirs])
    assert index.stored(mine) == mine.source
    assert index.stored(theirs) == theirs.source


def test_an_engine_that_is_not_there_means_try_again() -> None:
    nowhere = OpenSearchIndex(connect(Settings(opensearch_url="http://127.0.0.1:9"), timeout_seconds=1), ALIAS_WRITE)
    result = nowhere.upsert([document()])[0]
    assert result.verdict is Verdict.RETRY
    assert "did not answer" in result.reason


def test_an_alias_that_is_not_there_means_try_again_and_makes_no_index(opensearch_url: str) -> None:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    result = OpenSearchIndex(client, ALIAS_WRITE).upsert([document()])[0]
    assert result.verdict is Verdict.RETRY
    assert "error" in client.request("GET", ALIAS_WRITE, allowed=(404,))
    client.close()
