"""Payments as the projector writes them."""

from datetime import UTC, datetime
from typing import Any

import orjson

from common.domain.money import Money
from common.payments.index import METADATA_TERMS, SPLIT, document_id
from common.payments.metadata_terms import terms
from query_app.language.reading import parse
from query_app.payments.fields import PAYMENTS
from query_app.payments.filters import Filters

Document = dict[str, Any]

NOW = datetime(2011, 3, 5, 12, 30, 45, tzinfo=UTC)
"""When the texts of these tests are asked."""


def payment(payment_id: str, organization_id: str = "org-456", **changes: object) -> Document:
    """A completed payment of 10.00 EUR on 31 January 2011, but for the changes; None leaves a field out."""
    document = {
        "paymentId": payment_id,
        "organizationId": organization_id,
        "amount": "10.00",
        "currency": "EUR",
        "status": "completed",
        "description": "WHITE METAL LANTERN",
        "metadata": {"tags": ["gift"]},
        "requestedAt": "2011-01-31T11:00:00.000Z",
        "processedAt": "2011-01-31T12:00:00.000Z",
        "updatedAt": "2011-01-31T12:00:00.000Z",
        "indexedAt": "2011-01-31T12:00:01.000Z",
        "version": 2,
        **changes,
    }
    return {field: value for field, value in document.items() if value is not None}


def deleted(payment_id: str, organization_id: str = "org-456", **changes: object) -> Document:
    """What stays of a deleted payment."""
    return payment(payment_id, organization_id, **{"deleted": True, "description": None, "metadata": None, **changes})


def tombstone(payment_id: str, organization_id: str = "org-456", version: int = 3) -> Document:
    """What stands over what was never a payment."""
    return {"paymentId": payment_id, "organizationId": organization_id, "version": version, "deleted": True}


def bulk_body(index: str, *documents: Document) -> bytes:
    """The documents, with the fields that only the index needs, as the body of a bulk request."""
    lines: list[Document] = []
    for document in documents:
        organization_id = document["organizationId"]
        name = document_id(organization_id, document["paymentId"])
        lines += [{"index": {"_index": index, "_id": name, "routing": organization_id}}, _indexed(document)]
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


def _indexed(document: Document) -> Document:
    if "currency" not in document:
        return document
    minor = Money.parse(document["amount"], document["currency"]).minor
    refunded = Money.parse(document.get("refundAmount", "0"), document["currency"]).minor
    high, low = divmod(minor, SPLIT)
    internal = {
        "amountMinor": minor,
        "amountHigh": high,
        "amountLow": low,
        "refundMinor": refunded,
        "occurredAt": document["updatedAt"],
    }
    if "metadata" in document:
        internal["metadata"] = {**document["metadata"], METADATA_TERMS: terms(document["metadata"])}
    return {"deleted": False, **document, **internal}


def asking(text: str, **filters: Any) -> Filters:
    """What `q` asks for, and the filters beside it."""
    return Filters(condition=parse(text, NOW, PAYMENTS), **filters)
