"""The questions for one payment."""

from dataclasses import dataclass
from typing import ClassVar

from query_app.query import Query


@dataclass(frozen=True)
class GetPayment(Query):
    """One payment by its id."""

    by_id: ClassVar[bool] = True

    payment_id: str


@dataclass(frozen=True)
class GetPaymentAsOf(Query):
    """One payment as it was at a UTC instant.

    Read from its events, and never cached: an erasure, which changes even the past, shows at once.
    """

    cacheable: ClassVar[bool] = False

    payment_id: str
    as_of: str


@dataclass(frozen=True)
class GetHistory(Query):
    """A payment's events, read from where they are written: never cached and never late."""

    cacheable: ClassVar[bool] = False

    payment_id: str
