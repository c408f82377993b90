"""The read side in OpenSearch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from common.batches import batches
from common.engines.search import NoAnswer, OpenSearch, Refused
from common.errors import EngineUnavailable
from common.payments.index import ALIAS_TIMELINE, SPLIT, SUPERSEDED, document_id, superseded_id
from operations_app.totals import NONE, Bucket, Entry, Key, Totals

Json = dict[str, Any]

BUCKETS_A_PAGE = 1_000
KEYS_A_PAGE = 500
# A tombstone over what never was a payment has no money.
_NEVER_WAS: Json = {
    "bool": {"filter": [{"term": {"deleted": True}}], "must_not": [{"exists": {"field": "amountMinor"}}]}
}
_NO_PAYMENTS: list[Json] = [SUPERSEDED, _NEVER_WAS]
_SUMS = {name: {"sum": {"field": name}} for name in ("amountHigh", "amountLow", "fingerprint")}
_COMPARED = [
    "paymentId",
    "version",
    "currency",
    "status",
    "amountMinor",
    "refundMinor",
    "processedAt",
    "updatedAt",
    "deleted",
]
_SOURCES: list[Json] = [
    {"organization": {"terms": {"field": "organizationId"}}},
    {"currency": {"terms": {"field": "currency", "missing_bucket": True}}},
    {
        "day": {
            "date_histogram": {
                "field": "processedAt",
                "calendar_interval": "day",
                "format": "yyyy-MM-dd",
                "missing_bucket": True,
            }
        }
    },
]


@contextmanager
def translated() -> Iterator[None]:
    """Turn an OpenSearch that cannot answer now into EngineUnavailable; anything else is a defect and goes up."""
    try:
        yield
    except NoAnswer as error:
        raise EngineUnavailable(f"OpenSearch did not answer: {error}") from error
    except Refused as error:
        if error.status == 429 or error.status >= 500:
            raise EngineUnavailable(f"OpenSearch did not answer: {error}") from error
        raise


class OpenSearchReadSide:
    """`ReadSide` behind an alias that shows all states: the serving index's, or one index's own."""

    def __init__(self, client: OpenSearch, alias: str = ALIAS_TIMELINE) -> None:
        self._client = client
        self._alias = alias

    def totals(self, organization_id: str | None) -> Iterator[tuple[Bucket, Totals]]:
        """A composite aggregation, paged; sums are exact as long as a bucket has under half a billion payments."""
        sums = {**_SUMS, "version": {"max": {"field": "version"}}}
        query = {"filter": _of(organization_id), "must_not": _NO_PAYMENTS}
        for found in self._buckets(query, _SOURCES, sums):
            yield _bucket(found["key"]), _totals(found)

    def superseded(self, organization_id: str | None) -> Iterator[tuple[str, int]]:
        """Counted, those of deleted payments too."""
        query = {"filter": [*_of(organization_id), SUPERSEDED], "must_not": [_NEVER_WAS]}
        for found in self._buckets(query, _SOURCES[:1], {}):
            yield found["key"]["organization"], found["doc_count"]

    def keys(self, bucket: Bucket) -> Iterator[Sequence[Key]]:
        """Paged by payment id."""
        body: Json = {
            "size": KEYS_A_PAGE,
            "track_total_hits": False,
            "query": _in(bucket),
            "sort": [{"paymentId": "asc"}],
            "_source": ["paymentId"],
        }
        while True:
            hits = self._search(body)["hits"]["hits"]
            if not hits:
                return
            yield [Key(bucket.organization_id, hit["_source"]["paymentId"]) for hit in hits]
            body["search_after"] = hits[-1]["sort"]

    def current(self, keys: Sequence[Key]) -> Mapping[Key, Entry]:
        """Read in real time, by id."""
        ids = [(document_id(*key), key.organization_id) for key in keys]
        found = {}
        for key, entry in zip(keys, self._documents(ids, {"_source_includes": ",".join(_COMPARED)}), strict=True):
            if entry["found"] and not ("deleted" in entry["_source"] and "amountMinor" not in entry["_source"]):
                found[key] = _entry(key, entry["_source"])
        return found

    def without_past(self, entries: Sequence[Entry]) -> Mapping[Key, int]:
        """Read in real time, by id."""
        wanted = [(entry.key, version) for entry in entries for version in range(1, entry.version)]
        missing: dict[Key, int] = {}
        for some in batches(wanted, KEYS_A_PAGE):
            ids = [(superseded_id(*key, version), key.organization_id) for key, version in some]
            for (key, version), entry in zip(some, self._documents(ids, {"_source": "false"}), strict=True):
                if not entry["found"]:
                    missing.setdefault(key, version)
        return missing

    def _documents(self, ids: Sequence[tuple[str, str]], params: Json) -> Sequence[Json]:
        """One request for documents by id and routing, in their order."""
        if not ids:
            return ()
        wanted = [{"_id": name, "routing": routing} for name, routing in ids]
        with translated():
            answer = self._client.request("POST", self._alias, "_mget", body={"docs": wanted}, params=params)
        for entry in answer["docs"]:
            if "error" in entry:
                raise EngineUnavailable(f"OpenSearch could not read a document: {entry['error'].get('type')}")
        documents: Sequence[Json] = answer["docs"]
        return documents

    def _buckets(self, query: Json, sources: list[Json], aggregations: Json) -> Iterator[Json]:
        """A composite aggregation, page after page, of all that was written until now."""
        with translated():
            self._client.request("POST", self._alias, "_refresh")
        composite: Json = {"size": BUCKETS_A_PAGE, "sources": sources}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": query},
            "aggs": {"buckets": {"composite": composite, "aggs": aggregations}},
        }
        while True:
            answer = self._search(body)["aggregations"]["buckets"]
            yield from answer["buckets"]
            if "after_key" not in answer:
                return
            composite["after"] = answer["after_key"]

    def _search(self, body: Json) -> Json:
        with translated():
            answer: Json = self._client.request("POST", self._alias, "_search", body=body)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineUnavailable("OpenSearch could not see everything; try again.")
        return answer


def _of(organization_id: str | None) -> list[Json]:
    return [{"term": {"organizationId": organization_id}}] if organization_id else []


def _in(bucket: Bucket) -> Json:
    filters: list[Json] = [{"term": {"organizationId": bucket.organization_id}}]
    without: list[Json] = [*_NO_PAYMENTS]
    if bucket.currency == NONE:
        without.append({"exists": {"field": "currency"}})
    else:
        filters.append({"term": {"currency": bucket.currency}})
    if bucket.day == NONE:
        without.append({"exists": {"field": "processedAt"}})
    else:
        filters.append({"range": {"processedAt": {"gte": bucket.day, "lt": f"{bucket.day}||+1d"}}})
    return {"bool": {"filter": filters, "must_not": without}}


def _bucket(key: Mapping[str, str | None]) -> Bucket:
    return Bucket(str(key["organization"]), key["currency"] or NONE, key["day"] or NONE)


def _totals(found: Mapping[str, Any]) -> Totals:
    high, low, fingerprints = (round(found[name]["value"]) for name in _SUMS)
    return Totals(found["doc_count"], high * SPLIT + low, round(found["version"]["value"] or 0), fingerprints)


def _entry(key: Key, source: Mapping[str, Any]) -> Entry:
    """Fields that a document lacks become values that no payment has."""
    day = (source.get("processedAt") or NONE)[:10]
    return Entry(
        key=key,
        version=source.get("version", 0),
        bucket=Bucket(key.organization_id, source.get("currency", NONE), day),
        status=source.get("status", ""),
        minor=source.get("amountMinor", -1),
        refund_minor=source.get("refundMinor", -1),
        updated_at=datetime.fromisoformat(source["updatedAt"]),
        deleted=source.get("deleted", False),
    )
