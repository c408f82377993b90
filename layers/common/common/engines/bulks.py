"""Bulk requests to OpenSearch, with a result for each action: what one of them did is no other's fault."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import orjson
from msgspec import Raw, Struct
from msgspec.json import Decoder

from common.domain.documents import APPLIED, Result, Verdict
from common.edge.observability import logger
from common.engines.search import NoAnswer, OpenSearch, Refused

MAX_BULK_BYTES = 8 * 1024 * 1024
"""Under the 10 MiB that the smaller instances of OpenSearch Service take in a request."""

_ANSWER = "errors,items.*.status,items.*.error.type,items.*.error.reason"
_NOT_THE_DOCUMENTS_FAULT = frozenset(
    {"cluster_block_exception", "index_not_found_exception", "index_closed_exception", "security_exception"}
)
_STALE = Result(Verdict.STALE)


Action = tuple[bytes, bytes]
"""What is to be done, and with which document: each a line of JSON."""


class _Answer(Struct):
    errors: bool
    items: Raw
    """Looked into where there are errors."""


_decode = Decoder(_Answer).decode


def bytes_of(action: Action) -> int:
    """How much a bulk grows by it."""
    return len(action[0]) + len(action[1]) + 2


def body_of(actions: Sequence[Action]) -> bytes:
    """A bulk."""
    return b"\n".join((*chain.from_iterable(actions), b""))


class Bulks:
    """Sends actions, which an alias takes unless they name an index of their own. They must be safe to send twice."""

    def __init__(self, client: OpenSearch, alias: str | None = None) -> None:
        self._client = client
        self._alias = alias

    def send(self, actions: Sequence[Action], *, refresh: bool = False) -> Sequence[Result]:
        """One request, or more where OpenSearch finds it too large. A conflict of versions is STALE. Never raises."""
        try:
            answer = self._send(actions, refresh=refresh)
        except NoAnswer as error:
            return [Result(Verdict.RETRY, f"OpenSearch did not answer: {error}")] * len(actions)
        except Refused as error:
            if error.status == 413 and len(actions) > 1:
                half = len(actions) // 2
                return [
                    *self.send(actions[:half], refresh=refresh),
                    *self.send(actions[half:], refresh=refresh),
                ]
            verdict = Verdict.POISON if error.status == 413 else Verdict.RETRY
            logger.error("bulk refused", extra={"status": error.status, "reason": error.error})
            return [Result(verdict, f"OpenSearch answered {error}")] * len(actions)
        if not answer.errors:
            return [APPLIED] * len(actions)
        return [_result(*item.values()) for item in orjson.loads(bytes(answer.items))]

    def _send(self, actions: Sequence[Action], *, refresh: bool) -> _Answer:
        params = {"filter_path": _ANSWER, "require_alias": "true"}
        if refresh:
            params["refresh"] = "true"
        path = (self._alias, "_bulk") if self._alias else ("_bulk",)
        answer: _Answer = self._client.request("POST", *path, body=body_of(actions), params=params, decode=_decode)
        return answer


def _result(item: Mapping[str, Any]) -> Result:
    status = item["status"]
    if status < 300:
        return APPLIED
    if status == 409:
        return _STALE
    error = item.get("error", {})
    reason = f"OpenSearch answered {status} {error.get('type')}: {error.get('reason')}"
    misled = "no write index is defined" in str(error.get("reason"))
    transient = status == 429 or status >= 500 or misled or error.get("type") in _NOT_THE_DOCUMENTS_FAULT
    return Result(Verdict.RETRY if transient else Verdict.POISON, reason)
