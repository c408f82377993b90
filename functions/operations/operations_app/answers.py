"""What operators are told over HTTP, as OpenAPI describes it."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses


class ReconciliationReport(WireModel):
    """What the latest scheduled reconciliation found."""

    at: Timestamp
    differences: int = Field(description="Payments that are shown otherwise than they were committed")


class RebuildReport(WireModel):
    """Which index serves, and how far another one is."""

    serving: str
    building: str | None
    previous: str | None = Field(description="Kept from before the latest swap")
    segments: int
    segments_done: int


class OperationsAnswer(WireModel):
    """Both sides, held together."""

    reconciliation: ReconciliationReport | None = Field(description="null before the first one")
    rebuild: RebuildReport


class DeadLetterAnswer(WireModel):
    """An event that could not be projected."""

    message_id: str
    reason: str
    sent_at: Timestamp
    type: str | None
    aggregate_id: str | None
    version: int | None
    receives: int = Field(description="How often it was received, lookers included")
    event: dict[str, Any] = Field(description="As it was sent; it may hold personal data")


class DeadLettersAnswer(WireModel):
    """The organization's own."""

    total: int
    letters: list[DeadLetterAnswer] = Field(description="The oldest 100, or fewer where they are large")


class RedrivenAnswer(WireModel):
    """What became of them."""

    sent: int
    kept: int = Field(description="Not taken by the event queue, and still dead letters")


ANSWERS = {
    "getOperations": responses(HTTPStatus.OK, OperationsAnswer, HTTPStatus.FORBIDDEN),
    "listDeadLetters": responses(HTTPStatus.OK, DeadLettersAnswer, HTTPStatus.FORBIDDEN),
    "redriveDeadLetters": responses(HTTPStatus.OK, RedrivenAnswer, HTTPStatus.FORBIDDEN),
}
"""By operation."""
