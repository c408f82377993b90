"""Lambda entry of the command side: HTTP in, a command on the bus, HTTP out."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from command_app.payments import outbox_wiring, wiring
from command_app.payments.commands import (
    Command,
    DeletePayment,
    EraseUser,
    FailBody,
    FailPayment,
    ImportPayments,
    ProcessBody,
    ProcessPayment,
    RefundBody,
    RefundPayment,
    RequestPayment,
)
from command_app.payments.ports import CommandContext
from command_app.payments.use_cases import Outcome
from common.bus import Caller
from common.domain.consistency import HEADER as CONSISTENCY_HEADER
from common.domain.consistency import ConsistencyToken
from common.edge.entry import entry
from common.edge.http import admin_of, agent_of, answer, body_of, correlation_id_of, resolver
from common.settings import Settings

app = resolver("Payments")

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,255}$",
        description="The same key with the same payload answers the first answer again",
    ),
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", pattern=r'^"?[1-9][0-9]{0,17}"?$', description="The version decided upon")
]
CallerOf = Callable[[APIGatewayProxyEventV2, Settings], Caller]
PaymentPath = Annotated[str, Path(description="The payment's id")]


@app.post(
    "/v1/payments",
    summary="Request a payment",
    operation_id="requestPayment",
    tags=["payments: commands"],
)
def request_payment(body: Annotated[RequestPayment, Body()], key: Key = None) -> Response[str]:
    """Record that a payment is asked for."""
    return _answer(HTTPStatus.CREATED, _dispatch(body, key))


@app.post(
    "/v1/payments/<paymentId>/process",
    summary="Process a payment",
    operation_id="processPayment",
    tags=["payments: commands"],
)
def process_payment(
    paymentId: PaymentPath,  # noqa: N803  # the name in the address
    body: Annotated[ProcessBody, Body()],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response[str]:
    """Take the money; amount and currency must be the requested ones."""
    return _answer(HTTPStatus.OK, _dispatch(_of(ProcessPayment, paymentId, body), key, if_match))


@app.post(
    "/v1/payments/<paymentId>/fail",
    summary="Fail a payment",
    operation_id="failPayment",
    tags=["payments: commands"],
)
def fail_payment(
    paymentId: PaymentPath,  # noqa: N803  # the name in the address
    body: Annotated[FailBody, Body()],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response[str]:
    """Record that the money could not be taken."""
    return _answer(HTTPStatus.OK, _dispatch(_of(FailPayment, paymentId, body), key, if_match))


@app.post(
    "/v1/payments/<paymentId>/refund",
    summary="Refund a payment",
    operation_id="refundPayment",
    tags=["payments: commands"],
)
def refund_payment(
    paymentId: PaymentPath,  # noqa: N803  # the name in the address
    body: Annotated[RefundBody, Body()],
    key: Key = None,
    if_match: IfMatch = None,
) -> Response[str]:
    """Give money back, all or a part of it."""
    return _answer(HTTPStatus.OK, _dispatch(_of(RefundPayment, paymentId, body), key, if_match))


@app.delete(
    "/v1/payments/<paymentId>",
    summary="Delete a payment",
    operation_id="deletePayment",
    description="Erases what is personal and shows the payment to nobody any more; its money stays in the statistics. "
    "Needs the role admin.",
    tags=["payments: erasure"],
)
def delete_payment(
    paymentId: PaymentPath,  # noqa: N803  # the name in the address
    key: Key = None,
    if_match: IfMatch = None,
) -> Response[str]:
    """Delete."""
    command = DeletePayment.model_construct(payment_id=paymentId)
    return _answer(HTTPStatus.OK, _dispatch(command, key, if_match, caller_of=admin_of))


@app.post(
    "/v1/users/<userId>/erase",
    summary="Erase a user",
    operation_id="eraseUser",
    description="Erases what is personal of all payments of the user; their money stays. Repeat the call until "
    "`complete` is true and `deadLetters` is removed. Needs the role admin.",
    tags=["payments: erasure"],
)
def erase_user(
    userId: Annotated[str, Path(description="The user's id")],  # noqa: N803  # the name in the address
    key: Key = None,
) -> Response[str]:
    """Erase."""
    command = EraseUser.model_construct(user_id=userId)
    return _answer(HTTPStatus.OK, _dispatch(command, key, caller_of=admin_of))


@app.post(
    "/v1/payments/import",
    summary="Import completed payments",
    operation_id="importPayments",
    description="NDJSON: up to 1,000 lines, each `{paymentId, userId, amount, currency, description, metadata?, "
    "processedAt}`. A bad line is answered as rejected and does not stop its neighbours.",
    tags=["payments: commands"],
)
def import_payments(key: Key = None) -> Response[str]:
    """Record payments that were completed elsewhere."""
    lines = tuple(line for line in body_of(app.current_event).splitlines() if line.strip())
    command = ImportPayments.model_construct(lines=lines)
    return _answer(HTTPStatus.OK, _dispatch(command, key))


lambda_handler = entry(app)


def _of(command: type[Command], payment_id: str, body: Command) -> Command:
    # Not checked here: the bus checks the whole command, whoever built it.
    return command.model_construct(**{**dict(body), "payment_id": payment_id})


def _dispatch(
    command: Command, key: str | None, if_match: str | None = None, caller_of: CallerOf = agent_of
) -> Outcome:
    caller = caller_of(app.current_event, outbox_wiring.settings())
    context = CommandContext(
        **vars(caller),
        idempotency_key=key,
        if_match=int(if_match.strip('"')) if if_match else None,
        deadline=time.monotonic() + app.lambda_context.get_remaining_time_in_millis() / 1000,
    )
    outcome: Outcome = wiring.command_bus().dispatch(command, context)
    return outcome


def _answer(status: HTTPStatus, outcome: Outcome) -> Response[str]:
    headers = {"X-Correlation-Id": correlation_id_of(app.current_event)}
    version, payment_id = outcome.body.get("version"), outcome.body.get("paymentId")
    if isinstance(version, int) and isinstance(payment_id, str):
        headers["ETag"] = f'"{version}"'
        headers[CONSISTENCY_HEADER] = ConsistencyToken(payment_id, version).encode()
    if outcome.replayed:
        headers["Idempotent-Replay"] = "true"
    return answer(status, outcome.body, headers)
