"""What can be asked of payments in the query language."""

from common.domain.currencies import EXPONENTS
from common.payments.index import MAX_METADATA_VALUE, METADATA_TERMS
from common.payments.state import Status
from query_app.language.fields import Choice, Exact, Schema, Text
from query_app.language.ordered import Amount, Instant

PAYMENTS = Schema(
    fields={
        "status": Choice("status", allowed=tuple(each.value for each in Status)),
        "currency": Choice("currency", allowed=tuple(sorted(EXPONENTS)), example="an ISO 4217 code such as EUR"),
        "amount": Amount("amountMinor", "currency", "currency"),
        "refund": Amount("refundMinor", "currency", "currency"),
        "requested": Instant("requestedAt"),
        "processed": Instant("processedAt"),
        "refunded": Instant("refundedAt"),
        "updated": Instant("updatedAt"),
        "user": Exact("userId"),
        "id": Exact("paymentId"),
        "tag": Exact("metadata.tags.keyword"),
        "description": Text("description"),
        "error": Text("error"),
    },
    families={
        "metadata": lambda path: Exact(f"metadata.{METADATA_TERMS}", f"{path}=", MAX_METADATA_VALUE),
    },
    text=("description^2", "paymentId", "metadata.tags"),
)
