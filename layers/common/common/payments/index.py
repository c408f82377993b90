"""The payments index: names, mapping, and how a payment's document is called.

Beside each payment as it is, the index holds the states that it had before, each with the instant that ended it
(docs/adr/0015). Queries read by `ALIAS_READ`, which shows payments as they are, or by `ALIAS_TIMELINE`, which shows all
states; the projector writes by `ALIAS_WRITE`. A rebuild moves all three. While there is one, `ALIAS_REBUILD` is on the
new index, shortly before the swap `ALIAS_NEXT` too, and after the swap `ALIAS_PREVIOUS` is on the old one: see
`common.engines.mirrored_index`.
"""

from typing import Any
from zlib import crc32

ALIAS_READ = "payments-read"
ALIAS_TIMELINE = "payments-timeline"
ALIAS_WRITE = "payments-write"
ALIAS_REBUILD = "payments-rebuild"
ALIAS_NEXT = "payments-next"
ALIAS_PREVIOUS = "payments-previous"
FIRST_INDEX = "payments-000001"
ALL_INDICES = "payments-*"

SUPERSEDED: dict[str, Any] = {"exists": {"field": "supersededAt"}}
"""A query for the states that are no more."""

SERVING: dict[str, dict[str, Any]] = {
    ALIAS_READ: {"filter": {"bool": {"must_not": [SUPERSEDED]}}},
    ALIAS_TIMELINE: {},
    ALIAS_WRITE: {"is_write_index": True},
}
"""The aliases of the index that serves."""

SPLIT = 10**6
"""`amountHigh * SPLIT + amountLow == amountMinor`.

OpenSearch adds up in doubles, which are exact to 2**53: two sums over the halves keep totals exact far beyond that.
"""

LONGEST_SUGGESTION = 256
"""Of a description, in characters; a longer one is found, but not suggested."""

_ANALYSIS = {
    "filter": {"beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 15}},
    "analyzer": {
        "payment_analyzer": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "stop"]},
        "words": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase"]},
        "beginnings_of_words": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "beginnings"]},
    },
}
METADATA_TERMS = "$terms"
"""Within `metadata`, which forgives an index that does not have the field yet; no key of a caller's has a `$`."""
MAX_METADATA_TERMS = 200
MAX_METADATA_VALUE = 256

_KEYWORD = {"type": "keyword"}
# Scores of what matches, and not of how rare it is: other payments, and other tenants', change no score (ADR 13).
_SCORED = {"similarity": "boolean"}
_DATE = {"type": "date"}
_LONG = {"type": "long"}
_STORED_ONLY = {"type": "keyword", "index": False, "doc_values": False}


def document_id(organization_id: str, payment_id: str) -> str:
    """Unique over all tenants; an organization id has no colon."""
    return f"{organization_id}:{payment_id}"


def superseded_id(organization_id: str, payment_id: str, version: int) -> str:
    """The document of a state that is no more; a payment id has no colon either."""
    return f"{document_id(organization_id, payment_id)}:{version}"


def own_alias(index: str) -> str:
    """A name that stays with one index as long as it lives, and makes no index when it is gone."""
    return f"{index}-own"


def fingerprint(organization_id: str, payment_id: str, version: int) -> int:
    """24 bits of one payment at one version: sums of them over a bucket tell whether two sides hold the same ones.

    Short enough that OpenSearch's doubles add up half a billion of them exactly.
    """
    return crc32(f"{organization_id}:{payment_id}:{version}".encode()) & 0xFFFFFF


def index_body(refresh_interval_ms: int, shards: int = 3, replicas: int = 1) -> dict[str, Any]:
    """What the index is created with: strict mapping, required routing, the analyzer and the completion field."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": f"{refresh_interval_ms}ms",
            "analysis": _ANALYSIS,
        },
        "mappings": {"dynamic": "strict", "_routing": {"required": True}, "properties": PROPERTIES},
    }


PROPERTIES: dict[str, Any] = {
    "paymentId": {**_KEYWORD, **_SCORED},
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
        **_SCORED,
        "fields": {
            "whole": {"type": "keyword", "ignore_above": LONGEST_SUGGESTION},
            "beginnings": {
                "type": "text",
                "analyzer": "beginnings_of_words",
                "search_analyzer": "words",
                "index_options": "docs",
                "norms": False,
                **_SCORED,
            },
            "suggest": {
                "type": "completion",
                "analyzer": "payment_analyzer",
                "contexts": [{"name": "organization", "type": "category", "path": "organizationId"}],
            },
        },
    },
    # What the caller sent is kept and given back as it came; searched are the tags and the terms made of all of it.
    "metadata": {
        "type": "object",
        "dynamic": False,
        "properties": {
            "tags": {"type": "text", "analyzer": "payment_analyzer", **_SCORED, "fields": {"keyword": _KEYWORD}},
            METADATA_TERMS: {"type": "keyword", "doc_values": False, "ignore_above": 1_024},
        },
    },
    "requestedAt": _DATE,
    "processedAt": _DATE,
    "error": {"type": "text", "analyzer": "payment_analyzer", **_SCORED},
    "failedAt": _DATE,
    "refundAmount": _STORED_ONLY,
    "refundMinor": _LONG,
    "fingerprint": _LONG,
    "refundReason": {"type": "text", "analyzer": "payment_analyzer"},
    "refundedAt": _DATE,
    "updatedAt": _DATE,
    "occurredAt": _DATE,
    "indexedAt": _DATE,
    "version": _LONG,
    "erasedAt": _DATE,
    "deleted": {"type": "boolean"},
    "supersededAt": _DATE,
}
