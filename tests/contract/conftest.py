"""Adapters of a table, an index and queues that are each test's own."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from local.inprocess.resources import create_queue, create_table
from local.template import Template, load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[str]:
    """An empty table as template.yaml describes it."""
    name = f"contract-{uuid.uuid4().hex[:12]}"
    create_table(dynamodb, Template(load(), {}), name)
    yield name
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def queue_url(sqs: "SQSClient") -> Iterator[str]:
    """An empty queue."""
    url = create_queue(sqs, {"VisibilityTimeout": 30}, f"contract-{uuid.uuid4().hex[:12]}").url
    yield url
    sqs.delete_queue(QueueUrl=url)
