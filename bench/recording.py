"""What a query function sends to OpenSearch for a request, so that the same can be sent raw."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import orjson
from opensearchpy import Transport

from bench.world import World, context


@dataclass(frozen=True)
class Request:
    """What an adapter sent to OpenSearch."""

    path: str
    body: bytes


def answered(handler: Callable[[dict[str, Any], Any], dict[str, Any]], event: dict[str, Any]) -> None:
    """Have the function answer. Raises RuntimeError unless it answers well."""
    answer = handler(event, context("query"))
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the query function answered {answer['body']}")


def posted(world: World, requests: Sequence[Request]) -> None:
    """All that one request takes; whoever asks wants the answers decoded."""
    for request in requests:
        orjson.loads(world.post(request.path, request.body))


@contextmanager
def noted() -> Iterator[list[Request]]:
    """Those that are sent meanwhile."""
    requests: list[Request] = []
    perform = Transport.perform_request

    def noting(self: Transport, method: str, url: str, **more: Any) -> Any:  # noqa: ANN401  # as it is called
        body = more["body"]
        encoded = body if isinstance(body, bytes) else orjson.dumps(body)
        requests.append(Request(f"{url}?{urlencode(more['params'] or {})}", encoded))
        return perform(self, method, url, **more)

    with patch.object(Transport, "perform_request", noting):
        yield requests
