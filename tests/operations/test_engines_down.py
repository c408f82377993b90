"""An engine that is not there is told in one sentence, and never taken for a difference."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from common.engines.search import connect
from common.errors import EngineUnavailable
from common.settings import Settings
from local.engines import REGION
from operations_app.adapters.indices import OpenSearchIndices
from operations_app.adapters.positions import DynamoDBPositions
from operations_app.adapters.read_side import OpenSearchReadSide
from operations_app.adapters.write_side import DynamoDBEventStore, DynamoDBWriteSide
from operations_app.past import EventKey
from operations_app.totals import Bucket, Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOWHERE = "http://127.0.0.1:9"
P1 = Key("org-456", "p1")


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBClient"]:
    client = boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=NOWHERE,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=1, retries={"total_max_attempts": 1}),
    )
    yield client
    client.close()


TABLE_CALLS: list[Callable[["DynamoDBClient"], object]] = [
    lambda client: list(DynamoDBWriteSide(client, "t").entries(None)),
    lambda client: DynamoDBWriteSide(client, "t").current([P1]),
    lambda client: DynamoDBWriteSide(client, "t").events(P1),
    lambda client: DynamoDBEventStore(client, "t").find([EventKey("org-456", "p1", 1)]),
    lambda client: DynamoDBEventStore(client, "t").estimated_items(),
    lambda client: DynamoDBPositions(client, "t").load("payments-000002"),
]


@pytest.mark.parametrize("call", TABLE_CALLS)
def test_a_table_that_does_not_answer(dynamodb: "DynamoDBClient", call: Callable[["DynamoDBClient"], object]) -> None:
    with pytest.raises(EngineUnavailable, match="DynamoDB did not answer"):
        call(dynamodb)


def test_an_index_that_does_not_answer() -> None:
    client = connect(Settings(opensearch_url=NOWHERE), timeout_seconds=1)
    side = OpenSearchReadSide(client)
    calls: list[Callable[[], object]] = [
        lambda: list(side.totals(None)),
        lambda: list(side.keys(Bucket("org-456", "EUR", "none"))),
        lambda: side.current([P1]),
        lambda: list(side.superseded(None)),
        OpenSearchIndices(client, 500).roles,
    ]
    for call in calls:
        with pytest.raises(EngineUnavailable, match="OpenSearch did not answer"):
            call()
