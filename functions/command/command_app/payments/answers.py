"""What commands answer over HTTP, as OpenAPI describes it."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from common.domain.model import WireModel
from common.edge.openapi import FieldProblem, responses
from common.payments.state import Status


class CommandAnswer(WireModel):
    """Where the payment stands after the command."""

    payment_id: str
    status: Status
    version: int = Field(description="Counts the payment's events; the ETag says the same")


DeadLetters = Annotated[
    Literal["removed", "pending"],
    Field(description="pending: messages with what was erased may still wait among the dead letters; repeat the call"),
]


class DeletedAnswer(CommandAnswer):
    """The payment as it was, at the version of its deletion."""

    dead_letters: DeadLetters


class ErasedAnswer(WireModel):
    """How far the erasure of a user is."""

    erased: int = Field(description="Payments erased by this call")
    complete: bool = Field(description="false: the call ran out of time; repeat it")
    dead_letters: DeadLetters


class ImportLineAnswer(WireModel):
    """What became of one line."""

    line: int = Field(description="Counts from 1")
    payment_id: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    errors: list[FieldProblem] = []


class ImportAnswer(WireModel):
    """What became of all lines."""

    accepted: int
    duplicates: int
    rejected: int
    results: list[ImportLineAnswer]


_COMMANDING = (HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT)
_MOVING = (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED)
_MOVED = responses(HTTPStatus.OK, CommandAnswer, *_COMMANDING, *_MOVING)

ANSWERS = {
    "requestPayment": responses(HTTPStatus.CREATED, CommandAnswer, *_COMMANDING),
    "processPayment": _MOVED,
    "failPayment": _MOVED,
    "refundPayment": _MOVED,
    "deletePayment": responses(HTTPStatus.OK, DeletedAnswer, *_COMMANDING, *_MOVING),
    "eraseUser": responses(HTTPStatus.OK, ErasedAnswer, *_COMMANDING, HTTPStatus.NOT_FOUND),
    "importPayments": responses(HTTPStatus.OK, ImportAnswer, *_COMMANDING),
}
"""By operation."""
