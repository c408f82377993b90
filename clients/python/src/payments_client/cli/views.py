"""What tables show of payments and their sums."""

from decimal import Decimal

from rich.text import Text

from payments_client.answers import (
    AmountCount,
    Count,
    CurrencyTotal,
    DayTotal,
    HistoryEntry,
    Payment,
    PaymentHit,
    StatusTotal,
    Suggestion,
)
from payments_client.cli.output import Column, cell

_COLOURS = {
    "completed": "green",
    "failed": "red",
    "refunded": "yellow",
    "partially_refunded": "yellow",
    "processing": "cyan",
    "requested": "cyan",
}


def money(amount: Decimal, currency: str) -> str:
    """An exact amount, its thousands apart."""
    return f"{amount:,f} {currency}"


def status(of: str) -> Text:
    """A status in its colour."""
    return Text(of.replace("_", " "), style=_COLOURS.get(of, ""))


def day(payment: Payment) -> str:
    """When it was processed, else requested."""
    return (payment.processed_at or payment.requested_at).date().isoformat()


PAYMENTS: tuple[Column[PaymentHit], ...] = (
    Column("payment", lambda each: each.payment_id, narrow=20),
    Column("day", day, right=True),
    Column("status", lambda each: status(each.status), narrow=10),
    Column("amount", lambda each: money(each.amount, each.currency), right=True),
    Column("description", lambda each: each.description, gives=True),
)
HISTORY: tuple[Column[HistoryEntry], ...] = (
    Column("version", lambda each: str(each.version), right=True),
    Column("at", lambda each: each.occurred_at.isoformat(" ", "seconds").removesuffix("+00:00"), right=True),
    Column("event", lambda each: each.type),
    Column("status", lambda each: status(each.status), narrow=10),
    Column("data", lambda each: ", ".join(f"{name} {cell(value)}" for name, value in each.data.items()), gives=True),
)
SUGGESTIONS: tuple[Column[Suggestion], ...] = (Column("suggestion", lambda each: each.text, gives=True),)

_COUNT: Column[CurrencyTotal] = Column("payments", lambda each: f"{each.count:,}", right=True)
_SUM: Column[CurrencyTotal] = Column("sum", lambda each: money(each.sum, each.currency), right=True)

BY_CURRENCY: tuple[Column[CurrencyTotal], ...] = (Column("currency", lambda each: each.currency), _COUNT, _SUM)
BY_STATUS: tuple[Column[StatusTotal], ...] = (
    Column("status", lambda each: status(each.status)),
    Column("payments", lambda each: f"{each.count:,}", right=True),
    Column("sum", lambda each: money(each.sum, each.currency), right=True),
    Column("average", lambda each: money(each.average, each.currency), right=True),
)
BY_DAY: tuple[Column[DayTotal], ...] = (
    Column("day", lambda each: each.date.isoformat()),
    Column("payments", lambda each: f"{each.count:,}", right=True),
    Column("sum", lambda each: money(each.sum, each.currency), right=True),
)
COUNTS: tuple[Column[Count], ...] = (
    Column("payments", lambda each: f"{each.count:,}", right=True),
    Column("value", lambda each: each.value, gives=True),
)
AMOUNTS: tuple[Column[AmountCount], ...] = (
    Column("payments", lambda each: f"{each.count:,}", right=True),
    Column("from", lambda each: "" if each.from_ is None else f"{each.from_:,f}", right=True),
    Column("to less than", lambda each: "" if each.to is None else f"{each.to:,f}", right=True),
)
