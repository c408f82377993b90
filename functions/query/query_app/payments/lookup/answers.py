"""What a look at one payment answers, for the OpenAPI description."""

from http import HTTPStatus

from pydantic import JsonValue

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses
from common.payments.state import Status
from query_app.answers import Fresh
from query_app.payments.answers import IndexedPayment


class PaymentAnswer(IndexedPayment, Fresh):
    """One payment."""


class HistoryEntry(WireModel):
    """An event of a payment, and the status after it."""

    event_id: str
    type: str
    version: int
    occurred_at: Timestamp
    correlation_id: str
    data: dict[str, JsonValue]
    status: Status


class HistoryAnswer(Fresh):
    """A payment's events, oldest first."""

    payment_id: str
    events: list[HistoryEntry]


_PROBLEMS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)

ANSWERS = {
    "getPayment": responses(HTTPStatus.OK, PaymentAnswer, *_PROBLEMS),
    "getPaymentHistory": responses(HTTPStatus.OK, HistoryAnswer, *_PROBLEMS),
}
"""By operation."""
