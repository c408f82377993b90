"""Pages of a search, and completions."""

from decimal import Decimal
from typing import Generic, Literal, TypeVar

from pydantic import Field

from payments_client.answers.base import Answer, Fresh
from payments_client.answers.payments import PartialPayment, Payment


class _Found(Answer):
    score: float | None = None
    """How well it matches; None when another order was asked for."""
    highlights: dict[str, tuple[str, ...]] = {}
    """With `highlight`: HTML texts of the fields that match, what matches within `em`."""


class PaymentHit(Payment, _Found):
    """A payment that was found."""


class PartialHit(PartialPayment, _Found):
    """What was asked for of a payment that was found."""


class Count(Answer):
    """Payments that share a value."""

    value: str
    count: int


class AmountCount(Answer):
    """Payments of a range of amounts, `to` not included, whatever the currency; None for no bound."""

    from_: Decimal | None = Field(alias="from")
    to: Decimal | None
    count: int


class Facets(Answer):
    """The facets that were asked for, each as if its own filter were not there."""

    status: tuple[Count, ...] = ()
    currency: tuple[Count, ...] = ()
    tags: tuple[Count, ...] = ()
    amount: tuple[AmountCount, ...] = ()
    month: tuple[Count, ...] = ()


Hit = TypeVar("Hit", bound=PartialPayment)


class PaymentPage(Fresh, Generic[Hit]):
    """A page of a search."""

    payments: tuple[Hit, ...]
    total: int
    total_relation: Literal["eq", "gte"]
    next_cursor: str | None
    prev_cursor: str | None
    facets: Facets | None = None
    did_you_mean: str | None


class Suggestion(Answer):
    """A completion."""

    text: str
    score: float


class Suggestions(Fresh):
    """Completions, best first."""

    suggestions: tuple[Suggestion, ...]
