"""Asking OpenSearch: one more try on a closed connection, whole answers only, and its errors as ours."""

from collections.abc import Callable
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NotConnected
from opensearchpy.exceptions import ConnectionTimeout, SerializationError, TransportError

from common.errors import AppError, EngineUnavailable, FieldError, Invalid, Permanent

Json = dict[str, Any]

_PING_SECONDS = 1.0
_WHOLE = "timed_out,_shards.failed"
_NARROWER = FieldError("from", "name a shorter time: there are too many days and currencies for one answer")
_SHORTER = FieldError("q", "search for fewer words")


class Searches:
    """Requests to one alias, each routed to the organization's own shard."""

    def __init__(self, client: OpenSearch, alias: str) -> None:
        self._client = client
        self._alias = alias

    def search(self, organization_id: str, body: Json, *answered: str) -> Json:
        """The parts of the answer that are named by `filter_path` patterns."""
        # One copy of the shard answers all searches of an organization: scores stay alike from page to page, and what
        # one search saw the next one sees; copies refresh each in their own time.
        params = {
            "routing": organization_id,
            "preference": organization_id,
            "filter_path": ",".join((_WHOLE, *answered)),
        }
        return _complete(_asked(lambda: self._client.search(index=self._alias, body=body, params=params)))

    def get(self, organization_id: str, document_id: str, params: Json) -> Json | None:
        """A document's source, read in real time; None where there is none."""
        answer = _asked(
            lambda: self._client.get(
                index=self._alias, id=document_id, params={"routing": organization_id, "ignore": 404, **params}
            )
        )
        if "error" in answer:
            raise EngineUnavailable("The search index is not there.")
        source: Json | None = answer.get("_source")
        return source

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
