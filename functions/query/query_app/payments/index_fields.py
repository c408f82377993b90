"""What every question to the payments index keeps to."""

from common.payments.index import METADATA_TERMS

INTERNAL_FIELDS = (
    "amountMinor",
    "amountHigh",
    "amountLow",
    "refundMinor",
    "fingerprint",
    "occurredAt",
    "deleted",
    "supersededAt",
    f"metadata.{METADATA_TERMS}",
)
"""What documents carry for the index alone."""

DELETED = {"term": {"deleted": True}}
