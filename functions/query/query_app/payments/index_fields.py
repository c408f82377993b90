"""What every question to the payments index keeps to."""

INTERNAL_FIELDS = (
    "amountMinor",
    "amountHigh",
    "amountLow",
    "refundMinor",
    "fingerprint",
    "occurredAt",
    "deleted",
    "supersededAt",
)
"""What documents carry for the index alone."""

DELETED = {"term": {"deleted": True}}
TIMEOUT = "4s"
