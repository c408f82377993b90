"""The demo's input and its verdict: what it imports, and that a penny too little is noticed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import orjson
import pytest

from command_app.payments.commands import ImportedPayment
from local.invoices import COUNT, TOTAL, Invoice, by_organization, chunks, problems, read_invoices
from local.places import INVOICES

Parts = Mapping[str, Sequence[Invoice]]


@pytest.fixture(scope="module")
def parts() -> Parts:
    return by_organization(read_invoices(INVOICES))


def as_they_are(parts: Parts) -> dict[str, tuple[int, Decimal]]:
    return {name: (len(part), sum((each.amount for each in part), Decimal(0))) for name, part in parts.items()}


def test_the_file_holds_the_control_figures() -> None:
    invoices = read_invoices(INVOICES)
    assert (len(invoices), sum(invoice.amount for invoice in invoices)) == (COUNT, TOTAL)
    assert len({invoice.number for invoice in invoices}) == COUNT


def test_a_customer_is_always_in_the_same_organization(parts: Parts) -> None:
    assert list(parts) == ["acme-0", "acme-1", "acme-2", "acme-3"]
    assert all(int(invoice.customer) % 4 == int(name[-1]) for name, part in parts.items() for invoice in part)


def test_every_invoice_is_a_line_that_the_import_takes(parts: Parts) -> None:
    for part in parts.values():
        for invoice in part:
            payment = ImportedPayment.model_validate_json(invoice.line())
            assert payment.payment_id == f"inv-{invoice.number}"
            assert Decimal(payment.amount) == invoice.amount
    assert orjson.loads(read_invoices(INVOICES)[0].line()) == {
        "paymentId": "inv-536365",
        "userId": "customer-17850",
        "amount": "139.12",
        "currency": "GBP",
        "description": "WHITE METAL LANTERN; BLACK RECORD COVER FRAME; RIBBON REEL SNOWY VILLAGE",
        "processedAt": "2010-12-01T12:00:00Z",
    }


def test_chunks_lose_nothing_and_stay_small(parts: Parts) -> None:
    part = parts["acme-1"]
    pieces = list(chunks(part, 500))
    assert max(len(piece) for piece in pieces) == 500
    assert [invoice for piece in pieces for invoice in piece] == part


def test_the_right_totals_are_right(parts: Parts) -> None:
    assert problems(parts, as_they_are(parts)) == []


def test_a_penny_too_little_is_noticed(parts: Parts) -> None:
    seen = as_they_are(parts)
    count, total = seen["acme-1"]
    seen["acme-1"] = count, total - Decimal("0.01")
    assert problems(parts, seen) == [
        "acme-1 should have 4,966 payments of 2,269,957.98 GBP",
        "all together should be 18,532 payments of 8,911,407.90 GBP",
    ]


def test_a_penny_that_went_to_another_organization_is_noticed(parts: Parts) -> None:
    seen = as_they_are(parts)
    for name, moved in (("acme-1", "-0.01"), ("acme-2", "0.01")):
        count, total = seen[name]
        seen[name] = count, total + Decimal(moved)
    assert [problem[:6] for problem in problems(parts, seen)] == ["acme-1", "acme-2"]


def test_a_file_that_lost_an_invoice_is_noticed(parts: Parts) -> None:
    less = {**parts, "acme-3": parts["acme-3"][:-1]}
    assert problems(less, as_they_are(less)) == ["all together should be 18,532 payments of 8,911,407.90 GBP"]
