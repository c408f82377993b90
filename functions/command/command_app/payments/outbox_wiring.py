"""What sends: the clients of the process and the outbox. The sweep needs no more of the command side than this."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from command_app.payments.adapters.outbox_marks import DynamoDBOutboxMarks
from command_app.payments.adapters.sqs_queue import SqsEventQueue
from command_app.payments.outbox import Outbox
from common.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

# A call that hangs must end while the function still has time to say so.
# What is sent is typed and tested here, and checked by the service: the SDK need not look at each value as well.
# A name of our own spares each call the composing of the SDK's, which is a fifth of its time.
_NAME = "payments-cqrs"
_DYNAMODB = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,
    user_agent=_NAME,
)
_SQS = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    parameter_validation=False,
    user_agent=_NAME,
)


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name", "queue_url")


@cache
def dynamodb() -> "DynamoDBClient":
    """The one client of the process: each one more is time at a cold start and connections of its own."""
    return boto3.client("dynamodb", config=_DYNAMODB)


@cache
def sqs() -> "SQSClient":
    """The one client of the process."""
    return boto3.client("sqs", config=_SQS)


@cache
def outbox() -> Outbox:
    """What the sweep runs, and what commands send by."""
    queue = SqsEventQueue(sqs(), settings().queue_url)
    return Outbox(DynamoDBOutboxMarks(dynamodb(), settings().table_name), queue)
