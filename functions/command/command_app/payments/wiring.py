"""The command side's one composition root; everything is built at the first call and lives as long as the process."""

from functools import cache

from command_app.payments.adapters.idempotency_records import DynamoDBIdempotencyRecords
from command_app.payments.adapters.payment_store import DynamoDBPaymentStore
from command_app.payments.adapters.saved_searches import DynamoDBSavedSearches
from command_app.payments.adapters.sqs_dead_letters import SqsDeadLetters
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
from command_app.payments.outbox_wiring import dynamodb, outbox, settings, sqs
from command_app.payments.ports import CommandContext
from command_app.payments.use_cases import PaymentUseCases
from common.bus import CommandBus
from common.edge.middleware import counting, logging, tracing


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
