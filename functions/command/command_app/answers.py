"""What commands answer over HTTP, as OpenAPI describes it."""

from typing import Literal

from pydantic import Field

from common.model import WireModel
from common.openapi import FieldProblem
from common.payments import Status


class PaymentAnswer(WireModel):
    """Where the payment stands after the command."""

    payment_id: str
    status: Status
    version: int = Field(description="Counts the payment's events; the ETag says the same")


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
