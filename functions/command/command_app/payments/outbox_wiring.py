"""What sends: the clients of the process and the outbox. The sweep needs no more of the command side than this."""

from functools import cache
from typing import TYPE_CHECKING

from command_app.payments.adapters.outbox_marks import DynamoDBOutboxMarks
from command_app.payments.adapters.sqs_queue import SqsEventQueue
from command_app.payments.outbox import Outbox
from common.engines.json_client import Limits, dynamodb_client, sqs_client
from common.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_SQS = Limits(read_seconds=2, tries=2)


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name", "queue_url")


@cache
def dynamodb() -> "DynamoDBClient":
    """The one client of the process: each one more has connections of its own."""
    return dynamodb_client()


@cache
def sqs() -> "SQSClient":
    """The one client of the process."""
    return sqs_client(_SQS)


@cache
def outbox() -> Outbox:
    """What the sweep runs, and what commands send by."""
    queue = SqsEventQueue(sqs(), settings().queue_url)
    return Outbox(DynamoDBOutboxMarks(dynamodb(), settings().table_name), queue)
