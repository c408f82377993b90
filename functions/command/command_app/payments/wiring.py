"""The command side's one composition root; everything is built at the first call and lives as long as the process."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from command_app.payments.adapters.idempotency_records import DynamoDBIdempotencyRecords
from command_app.payments.adapters.outbox_marks import DynamoDBOutboxMarks
from command_app.payments.adapters.payment_store import DynamoDBPaymentStore
from command_app.payments.adapters.saved_searches import DynamoDBSavedSearches
from command_app.payments.adapters.sqs_dead_letters import SqsDeadLetters
from command_app.payments.adapters.sqs_queue import SqsEventQueue
from command_app.payments.commands import (
    DeletePayment,
    EraseUser,
    FailPayment,
    ImportPayments,
    ProcessPayment,
    RefundPayment,
    RequestPayment,
)
from command_app.payments.erasure import ErasureUseCases
from command_app.payments.import_payments import ImportUseCase
from command_app.payments.middleware import concurrency_retry, idempotency, validation
from command_app.payments.outbox import Outbox
from command_app.payments.ports import CommandContext
from command_app.payments.use_cases import PaymentUseCases
from common.bus import CommandBus
from common.edge.middleware import counting, logging, tracing
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


@cache
def command_bus() -> CommandBus[CommandContext]:
    """Every command with its handler, behind the whole chain."""
    store = DynamoDBPaymentStore(dynamodb(), settings().table_name)
    records = DynamoDBIdempotencyRecords(dynamodb(), settings().table_name)
    payments = PaymentUseCases(store, outbox())
    letters = SqsDeadLetters(sqs(), settings().require("dlq_url").dlq_url)
    searches = DynamoDBSavedSearches(dynamodb(), settings().table_name)
    erasure = ErasureUseCases(store, outbox(), records, letters, searches)
    bus = CommandBus[CommandContext](
        [logging, tracing, counting, validation, idempotency(records), concurrency_retry],
    )
    bus.register(RequestPayment, payments.request)
    bus.register(ProcessPayment, payments.process)
    bus.register(FailPayment, payments.fail)
    bus.register(RefundPayment, payments.refund)
    bus.register(DeletePayment, erasure.delete)
    bus.register(EraseUser, erasure.erase_user)
    bus.register(ImportPayments, ImportUseCase(store, outbox(), records).handle)
    return bus
