"""While there is a rebuild, both indices get every document, and the one that does not serve never harms the other."""

from collections.abc import Iterator
from typing import Any

import pytest
from opensearchpy import OpenSearch as Administrator

from common.domain.documents import Document, Verdict
from common.engines.index_admin import ensure_index
from common.engines.mirrored_index import MirroredIndex
from common.engines.search import OpenSearch, connect
from common.payments.index import own_alias
from common.settings import Settings
from operations_app.adapters.indices import OpenSearchIndices
from tests.builders import document_of, event_of, payment_state


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(opensearch_url: str, admin: Administrator) -> Iterator[OpenSearch]:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    ensure_index(admin, refresh_interval_ms=500, replicas=0)
    yield client
    client.request("DELETE", "payments-*", params={"ignore_unavailable": "true"})
    client.close()


@pytest.fixture
def indices(client: OpenSearch) -> OpenSearchIndices:
    return OpenSearchIndices(client, refresh_interval_ms=500)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mirrored(client: OpenSearch, clock: Clock) -> MirroredIndex:
    return MirroredIndex(client, look_up_every=2, clock=clock)


def document(version: int = 1, **fields: Any) -> Document:
    return document_of(event_of(payment_state(version=version, **fields)))


def version_in(client: OpenSearch, index: str) -> int | None:
    answer = client.request("GET", index, "_doc", "org-456:payment-123", params={"routing": "org-456"}, allowed=(404,))
    return answer["_source"]["version"] if answer.get("found") else None


def write(mirrored: MirroredIndex, written: Document) -> tuple[Verdict, bool]:
    result = mirrored.upsert([written])[0]
    return result.verdict, result.owed


def swap(indices: OpenSearchIndices) -> None:
    indices.announce(indices.roles())
    indices.swap(indices.roles())


def test_a_rebuild_is_noticed_once_the_look_up_is_too_old(
    client: OpenSearch, indices: OpenSearchIndices, mirrored: MirroredIndex, clock: Clock
) -> None:
    # Given a projector that looked a moment ago, and a rebuild that begins
    write(mirrored, document(1))
    new = indices.create("payments-000001")
    # When it writes at once, and again after its look-up has become too old
    write(mirrored, document(2))
    assert (version_in(client, "payments-000001"), version_in(client, new)) == (2, None)
    clock.now = 2
    assert write(mirrored, document(3)) == (Verdict.APPLIED, False)
    # Then both have it
    assert (version_in(client, "payments-000001"), version_in(client, new)) == (3, 3)


def test_a_projector_that_has_not_noticed_a_swap_or_a_rollback_still_writes_to_both(
    client: OpenSearch, indices: OpenSearchIndices, mirrored: MirroredIndex
) -> None:
    new = indices.create("payments-000001")
    write(mirrored, document(1))
    swap(indices)
    assert write(mirrored, document(2)) == (Verdict.APPLIED, False)
    assert (version_in(client, "payments-000001"), version_in(client, new)) == (2, 2)
    indices.roll_back(indices.roles())
    assert write(mirrored, document(3)) == (Verdict.APPLIED, False)
    assert (version_in(client, "payments-000001"), version_in(client, new)) == (3, 3)


@pytest.mark.parametrize("swapped", [False, True])
def test_an_index_that_was_dropped_unnoticed_is_not_written_and_not_made_again(
    client: OpenSearch, indices: OpenSearchIndices, mirrored: MirroredIndex, *, swapped: bool
) -> None:
    # Given a projector that knows two indices, of which one is dropped
    new = indices.create("payments-000001")
    write(mirrored, document(1))
    if swapped:
        swap(indices)
    dropped, serving = ("payments-000001", new) if swapped else (new, "payments-000001")
    indices.drop(dropped)
    # When it writes
    assert write(mirrored, document(2)) == (Verdict.APPLIED, False)
    # Then the other one has it, and there is no other
    assert version_in(client, serving) == 2
    assert list(client.request("GET", "payments-*", "_alias")) == [serving]


def test_what_only_the_other_index_could_not_take_now_is_owed(
    client: OpenSearch, indices: OpenSearchIndices, mirrored: MirroredIndex
) -> None:
    # Given a new index that is blocked
    new = indices.create("payments-000001")
    client.request("DELETE", new, "_alias", own_alias(new))
    # When a document is written
    verdict = write(mirrored, document(1))
    # Then it is live, and its message must come again
    assert verdict == (Verdict.APPLIED, True)
    assert version_in(client, "payments-000001") == 1
    # And when it comes again after the block, both have it and nothing is owed
    client.request("PUT", new, "_alias", own_alias(new))
    assert write(mirrored, document(1)) == (Verdict.APPLIED, False)
    assert version_in(client, new) == 1


def test_what_the_other_index_will_never_take_is_none_of_the_live_one_s_business(
    client: OpenSearch, indices: OpenSearchIndices, mirrored: MirroredIndex
) -> None:
    # Given a new index whose mapping knows no description
    new = indices.create("payments-000001")
    client.request("DELETE", new)
    aliases: dict[str, dict[str, Any]] = {"payments-rebuild": {}, own_alias(new): {}}
    mappings = {"dynamic": "strict", "properties": {"paymentId": {"type": "keyword"}}}
    client.request("PUT", new, body={"aliases": aliases, "mappings": mappings})
    # When a document is written, then it is live, nothing is owed, and the new one lacks it
    assert write(mirrored, document(1)) == (Verdict.APPLIED, False)
    assert (version_in(client, "payments-000001"), version_in(client, new)) == (1, None)


def test_an_engine_that_does_not_say_which_indices_there_are_means_try_again() -> None:
    nowhere = MirroredIndex(connect(Settings(opensearch_url="http://127.0.0.1:9"), timeout_seconds=1))
    result = nowhere.upsert([document()])[0]
    assert (result.verdict, result.owed) == (Verdict.RETRY, False)
    assert "did not say" in result.reason


def test_shortly_before_a_swap_the_next_index_is_written_first(
    client: OpenSearch, indices: OpenSearchIndices, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a swap that was announced
    new = indices.create("payments-000001")
    indices.announce(indices.roles())
    written: list[str] = []
    request = client.request

    def told(method: str, *path: str, **more: Any) -> Any:
        written.extend(path[:1] if "_bulk" in path else [])
        return request(method, *path, **more)

    monkeypatch.setattr(client, "request", told)
    # When a document is written
    assert write(MirroredIndex(client), document(1)) == (Verdict.APPLIED, False)
    # Then the next index had it before any query could see it
    assert written == [own_alias(new), own_alias("payments-000001")]
