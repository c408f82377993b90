"""The real invoices that the demo imports, and the figures that must come out again."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import orjson

COUNT = 18_532
TOTAL = Decimal("8911407.90")
CURRENCY = "GBP"
ORGANIZATIONS = 4
RULE = f"organization = acme-(customer modulo {ORGANIZATIONS})"


@dataclass(frozen=True)
class Invoice:
    """One invoice of the wholesaler; `amount` is in pounds, exact."""

    number: str
    date: str
    customer: str
    amount: Decimal
    description: str

    @property
    def organization(self) -> str:
        """The organization that its customer is put into, always the same one."""
        return f"acme-{int(self.customer) % ORGANIZATIONS}"

    def line(self) -> bytes:
        """The line of POST /v1/payments/import: a payment completed on the invoice's day."""
        return orjson.dumps(
            {
                "paymentId": f"inv-{self.number}",
                "userId": f"customer-{self.customer}",
                "amount": str(self.amount),
                "currency": CURRENCY,
                "description": self.description,
                "processedAt": f"{self.date}T12:00:00Z",
            }
        )


def read_invoices(path: Path) -> list[Invoice]:
    """All invoices of the file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Invoice(row["invoice"], row["date"], row["customer"], Decimal(row["amount_gbp"]), row["description"])
            for row in csv.DictReader(file)
        ]


def by_organization(invoices: Sequence[Invoice]) -> dict[str, list[Invoice]]:
    """The invoices of each organization, in order of its name."""
    parts: dict[str, list[Invoice]] = {f"acme-{number}": [] for number in range(ORGANIZATIONS)}
    for invoice in invoices:
        parts[invoice.organization].append(invoice)
    return parts


def chunks(invoices: Sequence[Invoice], size: int) -> Iterator[Sequence[Invoice]]:
    """The invoices, at most `size` at a time."""
    for start in range(0, len(invoices), size):
        yield invoices[start : start + size]


def problems(parts: Mapping[str, Sequence[Invoice]], seen: Mapping[str, tuple[int, Decimal]]) -> list[str]:
    """What is wrong with the counts and totals that were seen of each organization; empty when all is as in the file.

    The whole must be the data set's own control figures too, whatever the file says.
    """
    wrong = []
    for organization, part in parts.items():
        expected = len(part), sum((invoice.amount for invoice in part), Decimal(0))
        if seen[organization] != expected:
            wrong.append(f"{organization} should have {expected[0]:,} payments of {expected[1]:,} {CURRENCY}")
    count = sum(count for count, _ in seen.values())
    total = sum((total for _, total in seen.values()), Decimal(0))
    if (count, total) != (COUNT, TOTAL):
        wrong.append(f"all together should be {COUNT:,} payments of {TOTAL:,} {CURRENCY}")
    return wrong
