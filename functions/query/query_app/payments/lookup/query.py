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
class GetHistory(Query):
    """A payment's events, read from where they are written: never cached and never late."""

    cacheable: ClassVar[bool] = False

    payment_id: str
