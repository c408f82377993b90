"""What the load test asks for: blocks of imported payments, every tenth of which is refunded in part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

PAYMENTS = 500
REFUNDS = 50
EVENTS = PAYMENTS + REFUNDS
"""Of a block."""
ORGANIZATIONS = 8


@dataclass(frozen=True)
class Call:
    """A POST, which may be repeated: an import knows its payments again, a refund has its key."""

    path: str
    headers: Sequence[tuple[str, str]]
    body: bytes


def organization(block: int) -> str:
    """Whose payments a block's are."""
    return f"org-{block % ORGANIZATIONS}"


def calls(block: int) -> Iterator[Call]:
    """One import, then the refunds."""
    ids = [f"load-{block:05d}-{number:03d}" for number in range(PAYMENTS)]
    lines = (
        orjson.dumps(
            {
                "paymentId": payment_id,
                "userId": f"user-{number}",
                "amount": f"{1 + number}.{block % 100:02d}",
                "currency": "EUR",
                "description": "WHITE HANGING HEART T-LIGHT HOLDER",
                "processedAt": f"2011-{1 + block % 12:02d}-{1 + number % 28:02d}T12:00:00Z",
            }
        )
        for number, payment_id in enumerate(ids)
    )
    yield Call("/v1/payments/import", [("content-type", "application/x-ndjson")], b"\n".join(lines))
    for payment_id in ids[:REFUNDS]:
        headers = [("content-type", "application/json"), ("idempotency-key", f"refund-{payment_id}")]
        yield Call(f"/v1/payments/{payment_id}/refund", headers, b'{"amount": "0.40"}')
