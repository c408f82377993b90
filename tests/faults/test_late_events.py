"""An event that comes after OpenSearch forgot what was deleted: a document still refuses it, a deletion does not."""

import os
import time
import uuid
from collections.abc import Iterator

import pytest

from common.domain.documents import Document, Verdict
from common.engines.document_writer import OpenSearchIndex
from common.engines.search import OpenSearch, connect
from common.payments.index import index_body
from common.settings import Settings
from tests.builders import document_of, event_of, payment_state

pytestmark = pytest.mark.skipif(
    os.environ.get("ENGINES") != "real", reason="real engines only (ENGINES=real): osmem forgets no versions"
)

FORGETS_AFTER_SECONDS = 1
OLD = document_of(event_of(payment_state(version=2)))


@pytest.fixture
def client(opensearch_url: str) -> Iterator[OpenSearch]:
    found = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=30)
    yield found
    found.close()


@pytest.fixture
def name(client: OpenSearch) -> Iterator[str]:
    """An index that forgets the versions of deleted documents after a second and not a minute."""
    index = f"late-{uuid.uuid4().hex[:12]}"
    body = index_body(refresh_interval_ms=200, shards=1, replicas=0)
    body["settings"]["index.gc_deletes"] = f"{FORGETS_AFTER_SECONDS}s"
    body["aliases"] = {f"{index}-write": {"is_write_index": True}}
    client.request("PUT", index, body=body)
    yield index
    client.request("DELETE", index)


def a_day_later(client: OpenSearch, name: str) -> None:
    """Longer than OpenSearch remembers; it forgets while other documents are written and refreshed."""
    writer = OpenSearchIndex(client, f"{name}-write")
    for number in range(4):
        time.sleep(FORGETS_AFTER_SECONDS)
        writer.upsert([document_of(event_of(payment_state(payment_id=f"other-{number}")))])
        client.request("POST", name, "_refresh")


def source(client: OpenSearch, name: str, document: Document) -> object:
    routed = {"routing": document.organization_id}
    return client.request("GET", name, "_doc", document.document_id, params=routed, allowed=(404,)).get("_source")


@pytest.mark.parametrize("event_type", ["PaymentDeleted", "PaymentErased"])
def test_a_day_later_an_older_event_still_brings_nothing_back(client: OpenSearch, name: str, event_type: str) -> None:
    writer = OpenSearchIndex(client, f"{name}-write")
    stands = document_of(event_of(payment_state(version=3, user_id=None, description="[erased]"), event_type))
    writer.upsert([OLD])
    writer.upsert([stands])
    a_day_later(client, name)
    assert writer.upsert([OLD])[0].verdict is Verdict.STALE
    assert source(client, name, OLD) == stands.source


def test_a_deletion_in_its_place_would_have_been_forgotten(client: OpenSearch, name: str) -> None:
    writer = OpenSearchIndex(client, f"{name}-write")
    writer.upsert([OLD])
    params = {"routing": "org-456", "version": "3", "version_type": "external"}
    client.request("DELETE", name, "_doc", OLD.document_id, params=params)
    assert writer.upsert([OLD])[0].verdict is Verdict.STALE
    a_day_later(client, name)
    assert writer.upsert([OLD])[0].verdict is Verdict.APPLIED
    assert source(client, name, OLD) == OLD.source
