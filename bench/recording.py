"""What a query function sends to OpenSearch for a request, so that the same can be sent raw."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import orjson

from bench.world import World, context
from common.engines.connections import Connections


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
    ask = Connections.ask

    def noting(self: Connections, method: str, target: str, *sent: Any) -> Any:  # noqa: ANN401  # as it is called
        requests.append(Request(target, sent[1]))
        return ask(self, method, target, *sent)

    with patch.object(Connections, "ask", noting):
        yield requests
