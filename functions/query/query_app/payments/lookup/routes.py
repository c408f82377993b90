"""`GET /v1/payments/{paymentId}` and its history."""

from aws_lambda_powertools.event_handler import Response

from query_app.http import Token, ask, respond
from query_app.payments import parameters as p
from query_app.payments import wiring as payments
from query_app.payments.lookup.query import GetHistory, GetPayment, GetPaymentAsOf
from query_app.routing import routes

router = routes()

_TAGS = ["payments: queries"]


@router.question(
    "/v1/payments/<paymentId>",
    summary="Get a payment",
    description="One payment of the organization; `ETag` is its version, as `If-Match` of a command takes it. With "
    "`asOf`, as it was then, without `ETag`.",
    tags=_TAGS,
    operation_id="getPayment",
)
def get_payment(payment_id: p.PaymentId, as_of: p.AsOf = None, token: Token = None) -> Response[str]:
    """One payment."""
    if as_of:
        then = ask(payments.bus, router.current_event, GetPaymentAsOf(payment_id, as_of), token)
        return respond(router.current_event, then)
    payment = ask(payments.bus, router.current_event, GetPayment(payment_id), token)
    return respond(router.current_event, payment, {"ETag": f'"{payment.body["version"]}"'})


@router.question(
    "/v1/payments/<paymentId>/history",
    summary="Get a payment's events",
    description="Everything that happened to it, oldest first, read from where it was written.",
    tags=_TAGS,
    operation_id="getPaymentHistory",
)
def get_history(payment_id: p.PaymentId, token: Token = None) -> Response[str]:
    """History."""
    return respond(router.current_event, ask(payments.bus, router.current_event, GetHistory(payment_id), token))
