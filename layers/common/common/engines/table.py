"""How the items of the one DynamoDB table are called, and who writes them: the command side, and below the queries.

| pk                         | sk                 | holds                                                       |
| ORG#{org}#PAYMENT#{id}     | STATE              | state (JSON), version, payer (see below)                    |
| ORG#{org}#PAYMENT#{id}     | EVENT#{version}    | event (JSON), occurredAt; on a commit's first event, while   |
|                            |                    | unsent: outbox (a shard), together (the others' pks)         |
| ORG#{org}#IDEMPOTENCY#{k}  | IDEMPOTENCY        | payloadHash, owner, lockedUntil, result, expiresAt (TTL)     |
| ORG#{org}#AUDIT            | ERASURE#{at}#{ev}  | by, action, paymentId, subject: who erased what              |
| REBUILD#payments           | {index}#{segment}  | how far a rebuild has read the events                        |
| RECONCILIATION             | LATEST             | at, payments, differences: what it found                     |
| ORG#{org}#EXPORT#{id}      | EXPORT             | asked (JSON), userId, status, checkpoint (JSON), owner and   |
|                            |                    | leasedUntil (who works on it), expiresAt (TTL)               |
| ORG#{org}#EXPORT#{id}      | PART#{number}      | tag of an uploaded part, expiresAt (TTL)                     |
| ORG#{org}#EXPORTS#{user}   | EXPORT#{id}        | the user's exports, by time; expiresAt (TTL)                 |
| ORG#{org}#EXPORTS#{user}   | SLOT#{n}           | exportId of an unfinished one, expiresAt (TTL)               |
| ORG#{org}#SEARCHES         | SEARCH#{id}        | a saved search: ownerId, name, query (JSON), shared, alert   |
| ORG#{org}#SEARCHES         | NAME#{sha256}      | searchId: an owner's names are distinct                      |
| ORG#{org}#SEARCHES         | OWN#{user}, ALERTS | held: how many searches a user has, and alerts all users     |
| ALERTS                     | {org}#{id}         | since, through (how far it looked), lastRunAt, lastCount     |
| ORG#{org}#ALERT#{id}       | TOLD#{paymentId}   | told, or else claimed by a run; expiresAt (TTL)              |
| ORG#{org}#SETTINGS         | LOGS               | retention (JSON): how long log entries are kept              |
| ORG#{org}#DASHBOARDS       | DASHBOARD#{id}     | name, last, panels (JSON), version, createdAt, updatedAt     |
| ORG#{org}#DASHBOARDS       | COUNT              | held: how many dashboards there are                          |

`payer` (ORG#{org}#USER#{userId}, while the payment has a user) is the key of an index of its own: whose payments.
`trail` (ORG#{org}#TRAIL#{correlationId}, of an event) is the key of another: what belongs together.
"""

from hashlib import sha256
from typing import Any
from zlib import crc32

STATE = "STATE"
EVENT_PREFIX = "EVENT#"
IDEMPOTENCY = "IDEMPOTENCY"
REBUILD_PK = "REBUILD#payments"
RECONCILIATION_KEY: dict[str, Any] = {"pk": {"S": "RECONCILIATION"}, "sk": {"S": "LATEST"}}
OUTBOX_INDEX = "outbox"
PAYER_INDEX = "payer"
TRAIL_INDEX = "trail"
ERASURE_PREFIX = "ERASURE#"
EXPORT = "EXPORT"
EXPORT_PREFIX = "EXPORT#"
SLOT_PREFIX = "SLOT#"
SEARCH_PREFIX = "SEARCH#"
NAME_PREFIX = "NAME#"
OWN_PREFIX = "OWN#"
ALERT_COUNT = "ALERTS"
ALERTS_PK = "ALERTS"
CLAIM_PREFIX = "TOLD#"
LOG_SETTINGS = "LOGS"
DASHBOARD_PREFIX = "DASHBOARD#"
DASHBOARD_COUNT = "COUNT"
EVENT_SHARDS = ("0", "1", "2", "3")
"""The index's partitions for commits of one event: enough that one hot partition does not bound the writes."""
PACKS_SHARD = "packs"
"""Its partition for commits of many events. A sweep of before there were any, which would send the first event of each
and remove the mark, does not look into it."""
OUTBOX_SHARDS = (*EVENT_SHARDS, PACKS_SHARD)


def payment_pk(organization_id: str, payment_id: str) -> str:
    """The partition of one payment."""
    return f"ORG#{organization_id}#PAYMENT#{payment_id}"


def payer_key(organization_id: str, user_id: str) -> str:
    """All payments of one user."""
    return f"ORG#{organization_id}#USER#{user_id}"


def trail_key(organization_id: str, correlation_id: str) -> str:
    """All events of one correlation id."""
    return f"ORG#{organization_id}#TRAIL#{correlation_id}"


def audit_pk(organization_id: str) -> str:
    """The partition of an organization's audit records."""
    return f"ORG#{organization_id}#AUDIT"


def subject_of(organization_id: str, user_id: str) -> str:
    """What stands for an erased user in audit records: who knows the user id finds them by it."""
    return sha256(f"{organization_id}:{user_id}".encode()).hexdigest()


def erasure_sk(occurred_at: str, event_id: str) -> str:
    """Audit records sort by time; the event's id tells two of the same millisecond apart."""
    return f"{ERASURE_PREFIX}{occurred_at}#{event_id}"


def event_sk(version: int) -> str:
    """Zero-padded, so that events sort by version."""
    return f"{EVENT_PREFIX}{version:010d}"


def idempotency_pk(organization_id: str, key: str) -> str:
    """The partition of one idempotency key."""
    return f"ORG#{organization_id}#IDEMPOTENCY#{key}"


def event_shard(pk: str) -> str:
    """Where the outbox mark of a single event of the payment is."""
    return EVENT_SHARDS[crc32(pk.encode()) % len(EVENT_SHARDS)]


def export_pk(organization_id: str, export_id: str) -> str:
    """The partition of one export."""
    return f"ORG#{organization_id}#EXPORT#{export_id}"


def exports_pk(organization_id: str, user_id: str) -> str:
    """The partition of one user's exports; their ids sort by time."""
    return f"ORG#{organization_id}#EXPORTS#{user_id}"


def part_sk(number: int) -> str:
    """Zero-padded, so that parts sort by number; S3 takes up to 10,000."""
    return f"PART#{number:05d}"


def searches_pk(organization_id: str) -> str:
    """The partition of an organization's saved searches."""
    return f"ORG#{organization_id}#SEARCHES"


def claims_pk(organization_id: str, search_id: str) -> str:
    """The partition of what one alert has told of."""
    return f"ORG#{organization_id}#ALERT#{search_id}"


def settings_pk(organization_id: str) -> str:
    """The partition of an organization's settings."""
    return f"ORG#{organization_id}#SETTINGS"


def dashboards_pk(organization_id: str) -> str:
    """The partition of an organization's dashboards."""
    return f"ORG#{organization_id}#DASHBOARDS"
