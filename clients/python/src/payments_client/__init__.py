"""The payments API for Python programs.

with PaymentsClient(url, token) as payments:
payments.request("100.00", "EUR", "Blue mug", payment_id="payment-123")
for payment in payments.search("mug", status="refunded"):
print(payment.payment_id, payment.amount, payment.currency)
"""

from payments_client.client import PaymentsClient
from payments_client.errors import (
    ApiError,
    Conflict,
    FieldError,
    Invalid,
    NoAnswer,
    NotAllowed,
    NotFound,
    PaymentsError,
    Rejected,
    Unavailable,
    UnexpectedAnswer,
)

__all__ = [
    "ApiError",
    "Conflict",
    "FieldError",
    "Invalid",
    "NoAnswer",
    "NotAllowed",
    "NotFound",
    "PaymentsClient",
    "PaymentsError",
    "Rejected",
    "Unavailable",
    "UnexpectedAnswer",
]
