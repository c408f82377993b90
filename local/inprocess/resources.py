"""Makes the table, the queues and the bucket as template.yaml describes them, through the services' own APIs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.engines import REGION
from local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_TABLE_SETTINGS = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


@dataclass(frozen=True)
class Queue:
    """A queue's two names."""

    url: str
    arn: str


def create_table(dynamodb: "DynamoDBClient", template: Template, name: str) -> None:
    """Make the table with its keys, indexes and time to live; wait until it is there."""
    described = template.properties("Table")
    settings: dict[str, Any] = {key: described[key] for key in _TABLE_SETTINGS if key in described}
    dynamodb.create_table(TableName=name, **settings)
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    time_to_live = described["TimeToLiveSpecification"]
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=time_to_live)


def create_queue(sqs: "SQSClient", properties: Mapping[str, Any], name: str) -> Queue:
    """Make a queue with a CloudFormation queue's properties."""
    attributes = {key: _attribute(value) for key, value in properties.items()}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]  # names from the template
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return Queue(url, arn)


def create_bucket(s3: "S3Client", name: str) -> None:
    """Make a bucket."""
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})


def delete_bucket(s3: "S3Client", name: str) -> None:
    """Delete a bucket with all that is in it."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        for found in page.get("Contents", []):
            s3.delete_object(Bucket=name, Key=found["Key"])
    s3.delete_bucket(Bucket=name)


def _attribute(value: object) -> str:
    """The API wants texts: JSON for structures and booleans."""
    return value if isinstance(value, str) else json.dumps(value)
