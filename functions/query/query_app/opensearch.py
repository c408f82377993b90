"""Asking OpenSearch: whole answers only, and its errors as ours."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from common.engines.search import NoAnswer, OpenSearch, Refused
from common.errors import AppError, EngineUnavailable, FieldError, Invalid, Permanent

Json = dict[str, Any]

_PING_SECONDS = 1.0
_TIMED_OUT, _FAILED = "timed_out", "_shards.failed"
_WHOLE = f"{_TIMED_OUT},{_FAILED}"
_NARROWER = FieldError(
    "from", "name a shorter time, a longer interval or fewer currencies: this is too much for one answer"
)
_ANOTHER_ZONE = FieldError("timeZone", "name another zone of the same time, or an offset such as +05:30")
_SHORTER = FieldError("q", "search for fewer words and conditions")


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
        return complete(asked(lambda: self._client.request("POST", self._alias, "_search", body=body, params=params)))

    def search_all(self, organization_id: str, bodies: Sequence[Json], *answered: str) -> list[Json]:
        """The same for several bodies, in one request."""
        if len(bodies) == 1:
            return [self.search(organization_id, bodies[0], *answered)]
        header = {"routing": organization_id, "preference": organization_id}
        lines = b"".join(b"%b\n" % orjson.dumps(line) for body in bodies for line in (header, body))
        parts = ("status", "error", _TIMED_OUT, _FAILED, *answered)
        params = {"filter_path": ",".join(f"responses.{part}" for part in parts)}
        answer = asked(lambda: self._client.request("POST", self._alias, "_msearch", body=lines, params=params))
        return [complete(_unless_refused(each)) for each in answer["responses"]]

    def get(self, organization_id: str, document_id: str, params: Json) -> Json | None:
        """A document's source, read in real time; None where there is none."""
        given = {"routing": organization_id, **params}
        answer = asked(
            lambda: self._client.request("GET", self._alias, "_doc", document_id, params=given, allowed=(404,))
        )
        if "error" in answer:
            raise EngineUnavailable("The search index is not there.")
        source: Json | None = answer.get("_source")
        return source

    def ping(self) -> None:
        """Raise EngineUnavailable unless the index answers a search within a second."""
        body = {"size": 0, "track_total_hits": False}
        complete(
            asked(
                lambda: self._client.request(
                    "POST", self._alias, "_search", body=body, params={"filter_path": _WHOLE}, seconds=_PING_SECONDS
                )
            )
        )


def _unless_refused(answer: Json) -> Json:
    if "error" in answer:
        raise _translated(answer["status"], answer["error"]["type"], str(answer["error"]))
    return answer


def complete(answer: Json) -> Json:
    """The answer to a search. Raises EngineUnavailable when it is only a part of one."""
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise EngineUnavailable("The search could not see everything; try again.")
    return answer


def asked(request: Callable[[], Json]) -> Json:
    """OpenSearch's answer. Raises AppError, caused by the client's error."""
    try:
        return request()
    except NoAnswer as exc:
        raise EngineUnavailable(f"OpenSearch did not answer ({exc}).") from exc
    except Refused as exc:
        raise _translated(exc.status, exc.error, exc.told) from exc


def _translated(status: int, error: str, told: str) -> AppError:
    if "too_many_buckets" in told:
        return Invalid("The statistics would be too large.", [_NARROWER])
    if "[time_zone]" in told:
        return Invalid("The search engine does not know the time zone.", [_ANOTHER_ZONE])
    if "too_many_clauses" in told or "too_many_nested_clauses" in told:
        return Invalid("The search text is too long.", [_SHORTER])
    if status in (404, 429) or status >= 500:
        return EngineUnavailable(f"OpenSearch did not answer ({error}).")
    return Permanent(f"OpenSearch refused a query: {status} {error}")
