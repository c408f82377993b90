"""What a search answers, for the OpenAPI description."""

from http import HTTPStatus
from typing import Any, Literal

from pydantic import ConfigDict, Field

from common.domain.model import WireModel
from common.edge.openapi import responses
from query_app.answers import Fresh
from query_app.payments.answers import IndexedPayment


def _all_optional(schema: dict[str, Any]) -> None:
    schema.pop("required", None)


class PaymentHit(IndexedPayment):
    """A payment that was found: all of it, or the fields that were asked for."""

    model_config = ConfigDict(json_schema_extra=_all_optional)

    score: float | None = Field(description="How well it matches; null when another order was asked for")
    highlights: dict[str, list[str]] = Field(
        default={}, description="With highlight=true: HTML texts of the fields that match, what matches within em"
    )


class Count(WireModel):
    """Payments that share a value."""

    value: str
    count: int


class AmountCount(WireModel):
    """Payments of a range of amounts, whatever the currency."""

    from_: str | None = Field(alias="from", description="Decimal, inclusive; null for no bound")
    to: str | None = Field(description="Decimal, exclusive; null for no bound")
    count: int


class Facets(WireModel):
    """The facets that were asked for, each as if its own filter were not there."""

    status: list[Count] = []
    currency: list[Count] = []
    tags: list[Count] = Field(default=[], description="The 50 most used")
    amount: list[AmountCount] = []
    month: list[Count] = Field(default=[], description="UTC months of processedAt, 2011-01, earliest first")


class PaymentPage(Fresh):
    """A page of a search."""

    payments: list[PaymentHit]
    total: int
    total_relation: Literal["eq", "gte"]
    next_cursor: str | None
    prev_cursor: str | None
    facets: Facets | None = Field(default=None, description="With the parameter facets")
    did_you_mean: str | None = Field(description="q, its misspelt words replaced by the organization's own")


ANSWERS = {
    "searchPayments": responses(HTTPStatus.OK, PaymentPage, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN),
}
"""By operation."""
