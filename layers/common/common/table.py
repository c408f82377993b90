"""How the items of the one DynamoDB table are called; the command side writes them, history and operators read them.

| pk                         | sk                 | holds                                                       |
| ORG#{org}#PAYMENT#{id}     | STATE              | state (JSON), version                                       |
| ORG#{org}#PAYMENT#{id}     | EVENT#{version}    | event (JSON), occurredAt, outbox (a shard, while unsent)     |
| ORG#{org}#IDEMPOTENCY#{k}  | IDEMPOTENCY        | payloadHash, owner, lockedUntil, result, expiresAt (TTL)     |
"""

from zlib import crc32

STATE = "STATE"
EVENT_PREFIX = "EVENT#"
IDEMPOTENCY = "IDEMPOTENCY"
OUTBOX_INDEX = "outbox"
OUTBOX_SHARDS = ("0", "1", "2", "3")
"""The index's partitions: enough that one hot partition does not bound the writes."""


def payment_pk(organization_id: str, payment_id: str) -> str:
    """The partition of one payment."""
    return f"ORG#{organization_id}#PAYMENT#{payment_id}"


def event_sk(version: int) -> str:
    """Zero-padded, so that events sort by version."""
    return f"{EVENT_PREFIX}{version:010d}"


def idempotency_pk(organization_id: str, key: str) -> str:
    """The partition of one idempotency key."""
    return f"ORG#{organization_id}#IDEMPOTENCY#{key}"


def outbox_shard(pk: str) -> str:
    """The shard of a payment's outbox marks."""
    return OUTBOX_SHARDS[crc32(pk.encode()) % len(OUTBOX_SHARDS)]
