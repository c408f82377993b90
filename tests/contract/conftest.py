"""Adapters of a table, an index and queues that are each test's own."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from common.engines.json_client import dynamodb_client, sqs_client
from common.engines.search import OpenSearch, connect
from common.payments.index import index_body
from common.settings import Settings
from local.engines import Engines
from local.inprocess.resources import create_queue, create_table
from local.template import Template, load
from query_app.payments.index import OpenSearchIndex
from query_app.payments.ports import SearchIndex
from tests.fakes.search_index import FakeSearchIndex
from tests.query.documents import Document, bulk_body

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient


@pytest.fixture(scope="session")
def dynamodb(engines: Engines) -> Iterator["DynamoDBClient"]:
    """The functions' own client, with which the adapters are held to their contracts."""
    client = dynamodb_client()
    with told_of(engines):
        client.list_tables()
    yield client
    client.close()


@pytest.fixture(scope="session")
def sqs(engines: Engines) -> Iterator["SQSClient"]:
    """The functions' own client, with which the adapters are held to their contracts."""
    client = sqs_client()
    with told_of(engines):
        client.list_queues()
    yield client
    client.close()


@contextmanager
def told_of(engines: Engines) -> Iterator[None]:
    """The environment that a client reads at its first call."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engines.environment().items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def table(dynamodb_sdk: "DynamoDBClient") -> Iterator[str]:
    """An empty table as template.yaml describes it."""
    name = f"contract-{uuid.uuid4().hex[:12]}"
    create_table(dynamodb_sdk, Template(load(), {}), name)
    yield name
    dynamodb_sdk.delete_table(TableName=name)


@pytest.fixture
def queue_url(sqs: "SQSClient") -> Iterator[str]:
    """An empty queue."""
    url = create_queue(sqs, {"VisibilityTimeout": 30}, f"contract-{uuid.uuid4().hex[:12]}").url
    yield url
    sqs.delete_queue(QueueUrl=url)


@dataclass(frozen=True)
class Subject:
    index: SearchIndex
    write: Callable[..., None]
    refresh: Callable[[], None]

    def has(self, *documents: Document) -> SearchIndex:
        """Given these documents, all visible."""
        self.write(*documents)
        self.refresh()
        return self.index


@pytest.fixture(scope="module")
def client(opensearch_url: str) -> Iterator[OpenSearch]:
    client = connect(Settings(opensearch_url=opensearch_url), timeout_seconds=10)
    yield client
    client.close()


@pytest.fixture
def real(client: OpenSearch) -> Iterator[Subject]:
    name = f"query-contract-{uuid.uuid4().hex}"
    client.request("PUT", name, body=index_body(refresh_interval_ms=3_600_000, replicas=0))

    def write(*documents: Document) -> None:
        answer = client.request("POST", "_bulk", body=bulk_body(name, *documents))
        assert not answer["errors"], answer

    yield Subject(OpenSearchIndex(client, alias=name), write, lambda: client.request("POST", name, "_refresh"))
    client.request("DELETE", name)


@pytest.fixture
def fake() -> Subject:
    index = FakeSearchIndex(refresh_by_hand=True)
    return Subject(index, index.write, index.refresh)


@pytest.fixture(params=["real", "fake"])
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.getfixturevalue(request.param)
    return found
