"""What tables show of payments and their sums."""

import re
from decimal import Decimal
from html import unescape

from rich.text import Text

from payments_client.answers import (
    AmountCount,
    Count,
    CurrencyPercentiles,
    CurrencyRates,
    CurrencyTotal,
    DayTotal,
    HistoryEntry,
    Payment,
    PaymentHit,
    StatusTotal,
    StepTotal,
    Suggestion,
    UserTotal,
)
from payments_client.cli.output import Column, cell
from payments_client.cli.text import shown

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


def described(hit: PaymentHit) -> str | Text:
    """The description, or the parts of it that match, in bold where they do."""
    highlighted = Text(" … ").join(map(_highlighted, hit.highlights.get("description", ())))
    return highlighted if highlighted else hit.description


def _highlighted(part: str) -> Text:
    # What stands between an em and its end has every odd place.
    pieces = enumerate(re.split(r"<em>(.*?)</em>", part))
    return Text.assemble(*((shown(unescape(piece)), "bold" if place % 2 else "") for place, piece in pieces))


def day(payment: Payment) -> str:
    """When it was processed, else requested."""
    return (payment.processed_at or payment.requested_at).date().isoformat()


def rate(count: int, of_all: Decimal | None) -> str:
    """How many, and how many of all."""
    return f"{count:,}" if of_all is None else f"{count:,} ({of_all:.2%})"


PAYMENTS: tuple[Column[PaymentHit], ...] = (
    Column("payment", lambda each: each.payment_id, narrow=20),
    Column("day", day, right=True),
    Column("status", lambda each: status(each.status), narrow=10),
    Column("amount", lambda each: money(each.amount, each.currency), right=True),
    Column("description", described, gives=True),
)
HISTORY: tuple[Column[HistoryEntry], ...] = (
    Column("version", lambda each: str(each.version), right=True),
    Column("at", lambda each: each.occurred_at.isoformat(" ", "seconds").removesuffix("+00:00"), right=True),
    Column("event", lambda each: each.type),
    Column("status", lambda each: status(each.status), narrow=10),
    Column("data", lambda each: ", ".join(f"{name} {cell(value)}" for name, value in each.data.items()), gives=True),
)
SUGGESTIONS: tuple[Column[Suggestion], ...] = (Column("suggestion", lambda each: each.text, gives=True),)

BY_CURRENCY: tuple[Column[CurrencyTotal], ...] = (
    Column("currency", lambda each: each.currency),
    Column("payments", lambda each: f"{each.count:,}", right=True),
    Column("sum", lambda each: money(each.sum, each.currency), right=True),
)
BY_STATUS: tuple[Column[StatusTotal], ...] = (
    Column("status", lambda each: status(each.status)),
    *BY_CURRENCY[1:],
    Column("average", lambda each: money(each.average, each.currency), right=True),
)
BY_DAY: tuple[Column[DayTotal], ...] = (Column("day", lambda each: each.date.isoformat()), *BY_CURRENCY[1:])
BY_STEP: tuple[Column[StepTotal], ...] = (
    Column("from", lambda each: each.start.isoformat(" ", "minutes")),
    *BY_CURRENCY[1:],
)
BY_USER: tuple[Column[UserTotal], ...] = (Column("user", lambda each: each.user_id, narrow=30), *BY_CURRENCY[1:])
PERCENTILES: tuple[Column[CurrencyPercentiles], ...] = (
    Column("currency", lambda each: each.currency),
    Column("50%", lambda each: f"{each.p50:,f}", right=True),
    Column("90%", lambda each: f"{each.p90:,f}", right=True),
    Column("95%", lambda each: f"{each.p95:,f}", right=True),
    Column("99%", lambda each: f"{each.p99:,f}", right=True),
)
RATES: tuple[Column[CurrencyRates], ...] = (
    Column("currency", lambda each: each.currency),
    Column("ended", lambda each: f"{each.count:,}", right=True),
    Column("failed", lambda each: rate(each.failed, each.failure_rate), right=True),
    Column("refunded", lambda each: rate(each.refunded, each.refund_rate), right=True),
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
