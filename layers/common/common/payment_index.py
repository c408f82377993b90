"""The payments index: names, mapping, and how a payment's document is called.

The projector writes by `ALIAS_WRITE`, queries read by `ALIAS_READ`, so that a rebuild can move either.
"""

from typing import Any

ALIAS_READ = "payments-read"
ALIAS_WRITE = "payments-write"
FIRST_INDEX = "payments-000001"

SPLIT = 10**6
"""`amountHigh * SPLIT + amountLow == amountMinor`.

OpenSearch adds up in doubles, which are exact to 2**53: two sums over the halves keep totals exact far beyond that.
"""

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_LONG = {"type": "long"}
_STORED_ONLY = {"type": "keyword", "index": False, "doc_values": False}


def document_id(organization_id: str, payment_id: str) -> str:
    """Unique over all tenants; an organization id has no colon."""
    return f"{organization_id}:{payment_id}"


def index_body(refresh_interval_ms: int, shards: int = 3, replicas: int = 1) -> dict[str, Any]:
    """What the index is created with: strict mapping, required routing, the analyzer and the completion field."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": f"{refresh_interval_ms}ms",
            "analysis": {
                "analyzer": {
                    "payment_analyzer": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "stop"]}
                }
            },
        },
        "mappings": {"dynamic": "strict", "_routing": {"required": True}, "properties": PROPERTIES},
    }


PROPERTIES: dict[str, Any] = {
    "paymentId": _KEYWORD,
    "organizationId": _KEYWORD,
    "userId": _KEYWORD,
    "amount": _STORED_ONLY,
    "amountMinor": _LONG,
    "amountHigh": _LONG,
    "amountLow": _LONG,
    "currency": _KEYWORD,
    "status": _KEYWORD,
    "description": {
        "type": "text",
        "analyzer": "payment_analyzer",
        "fields": {
            "suggest": {
                "type": "completion",
                "analyzer": "payment_analyzer",
                "contexts": [{"name": "organization", "type": "category", "path": "organizationId"}],
            }
        },
    },
    # Only the tags are searchable; the rest of the caller's metadata is kept and given back as it came.
    "metadata": {
        "type": "object",
        "dynamic": False,
        "properties": {"tags": {"type": "text", "analyzer": "payment_analyzer", "fields": {"keyword": _KEYWORD}}},
    },
    "requestedAt": _DATE,
    "processedAt": _DATE,
    "error": {"type": "text", "analyzer": "payment_analyzer"},
    "failedAt": _DATE,
    "refundAmount": _STORED_ONLY,
    "refundMinor": _LONG,
    "refundReason": {"type": "text", "analyzer": "payment_analyzer"},
    "refundedAt": _DATE,
    "updatedAt": _DATE,
    "occurredAt": _DATE,
    "indexedAt": _DATE,
    "version": _LONG,
    "deleted": {"type": "boolean"},
}
