"""The read model in OpenSearch."""

from collections.abc import Callable
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NotConnected
from opensearchpy.exceptions import ConnectionTimeout, SerializationError, TransportError

from common.errors import AppError, EngineUnavailable, FieldError, Invalid, Permanent
from common.payment_index import ALIAS_READ, document_id
from query_app import dsl, results
from query_app.cursor import Position
from query_app.ports import Found
from query_app.queries import Document, Filters, GetSuggestions, SearchPayments

Json = dict[str, Any]

_PING_SECONDS = 1.0
_WHOLE = "timed_out,_shards.failed"
_HITS = f"{_WHOLE},hits.total,hits.hits._score,hits.hits._source,hits.hits.sort"
_AGGREGATIONS = f"{_WHOLE},aggregations"
_SUGGESTIONS = f"{_WHOLE},suggest.*.options.text,suggest.*.options._score,suggest.*.length"
_NARROWER = FieldError("from", "name a shorter time: there are too many days and currencies for one answer")
_SHORTER = FieldError("q", "search for fewer words")


class OpenSearchIndex:
    """A `SearchIndex`: every request goes to the organization's one shard and filters by the organization as well."""

    def __init__(self, client: OpenSearch, alias: str = ALIAS_READ) -> None:
        self._client = client
        self._alias = alias

    def get(self, organization_id: str, payment_id: str) -> Document | None:
        """The newest document, read in real time."""
        excluded = [field for field in dsl.INTERNAL_FIELDS if field != "deleted"]
        source = self._get(organization_id, payment_id, {"_source_excludes": ",".join(excluded)})
        if source is None or source.pop("deleted", False):
            return None
        return source

    def search(self, organization_id: str, query: SearchPayments, position: Position | None) -> Found:
        """One request."""
        body = dsl.search(organization_id, query, position)
        return results.found(self._search(organization_id, body, _HITS))

    def statistics(self, organization_id: str, filters: Filters) -> Json:
        """One request."""
        return results.statistics(
            self._search(organization_id, dsl.statistics(organization_id, filters), _AGGREGATIONS)
        )

    def suggestions(self, organization_id: str, query: GetSuggestions) -> list[Json]:
        """One request."""
        return results.suggestions(self._search(organization_id, dsl.suggestions(organization_id, query), _SUGGESTIONS))

    def stored_version(self, organization_id: str, payment_id: str) -> int:
        """The version a realtime get sees."""
        source = self._get(organization_id, payment_id, {"_source_includes": "version"})
        return int(source["version"]) if source else 0

    def searchable_version(self, organization_id: str, payment_id: str) -> int:
        """The version a search sees."""
        body = dsl.version(document_id(organization_id, payment_id))
        hits = self._search(organization_id, body, f"{_WHOLE},hits.hits._source").get("hits", {}).get("hits", [])
        return int(hits[0]["_source"]["version"]) if hits else 0

    def ping(self) -> None:
        """Raise EngineUnavailable unless the index answers a search within a second."""
        body = {"size": 0, "track_total_hits": False}
        _complete(
            _asked(
                lambda: self._client.search(
                    index=self._alias, body=body, params={"filter_path": _WHOLE, "request_timeout": _PING_SECONDS}
                )
            )
        )

    def _get(self, organization_id: str, payment_id: str, params: Json) -> Json | None:
        answer = _asked(
            lambda: self._client.get(
                index=self._alias,
                id=document_id(organization_id, payment_id),
                params={"routing": organization_id, "ignore": 404, **params},
            )
        )
        if "error" in answer:
            raise EngineUnavailable("The search index is not there.")
        source: Json | None = answer.get("_source")
        return source

    def _search(self, organization_id: str, body: Json, filter_path: str) -> Json:
        # One copy of the shard answers all searches of an organization: scores stay alike from page to page, and what
        # `searchable_version` saw is what the search after it sees; copies refresh each in their own time.
        params = {"routing": organization_id, "preference": organization_id, "filter_path": filter_path}
        return _complete(_asked(lambda: self._client.search(index=self._alias, body=body, params=params)))


def _complete(answer: Json) -> Json:
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise EngineUnavailable("The search could not see everything; try again.")
    return answer


def _asked(request: Callable[[], Json]) -> Json:
    try:
        try:
            return request()
        except ConnectionTimeout:
            raise
        except NotConnected:
            # A kept connection may have been closed while the function slept; reading twice does no harm.
            return request()
    except TransportError as exc:
        raise _translated(exc) from exc
    except SerializationError as exc:
        raise EngineUnavailable("OpenSearch gave an unreadable answer.") from exc


def _translated(error: TransportError) -> AppError:
    status, told = error.status_code, str(error.info)
    if "too_many_buckets" in told:
        return Invalid("The statistics would be too large.", [_NARROWER])
    if "too_many_clauses" in told or "too_many_nested_clauses" in told:
        return Invalid("The search text is too long.", [_SHORTER])
    if isinstance(error, NotConnected) or status in (404, 429) or int(status) >= 500:
        return EngineUnavailable(f"OpenSearch did not answer ({error.error}).")
    return Permanent(f"OpenSearch refused a query: {status} {error.error}")
