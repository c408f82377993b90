"""What a search answers, for the OpenAPI description."""

from typing import Literal

from pydantic import Field

from query_app.payments.answers import Fresh, IndexedPayment


class PaymentHit(IndexedPayment):
    """A payment that was found."""

    score: float | None = Field(description="How well it matches; null when another order was asked for")


class PaymentPage(Fresh):
    """A page of a search."""

    payments: list[PaymentHit]
    total: int
    total_relation: Literal["eq", "gte"]
    next_cursor: str | None
    prev_cursor: str | None
