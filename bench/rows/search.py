"""Searches without either cache, against the same DSL sent raw, and at a tenth of the payments."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import orjson
from opensearchpy import Transport

from bench.harness import Figure, Limit, interleaved, typical
from bench.world import SMALL_INDEX, World, context, http_event
from common.payments.index import ALIAS_READ
from query_app.payments_handler import lambda_handler

ROUNDS = 9
ORGANIZATIONS_A_ROUND = 8
QUESTIONS: Sequence[Mapping[str, str]] = (
    {},
    {"q": "white hanging heart"},
    {"q": "red retrospot bag", "currency": "EUR", "minAmount": "10.00"},
    {"status": "completed", "sort": "-processedAt", "limit": "50"},
    {"from": "2011-03-01", "to": "2011-03-31", "currency": "EUR,USD", "sort": "-amount"},
)


@dataclass(frozen=True)
class Request:
    """What the adapter sent to OpenSearch."""

    path: str
    body: bytes


def measure(world: World) -> Sequence[Figure]:
    """Each round asks some organizations everything; each figure is the median over the calls, then the rounds."""
    organizations = world.organizations
    with world.system.rewired({"CACHE_URL": ""}):
        sent = _recorded(organizations)

        def ours(number: int) -> float:
            asked = _of_round(number, organizations)
            return typical([partial(_answered, event) for event in _events(asked)])

        def raw(number: int) -> float:
            searches = [search for each in _of_round(number, organizations) for search in sent[each]]
            return typical([partial(_posted, world, search) for search in searches])

        rounds = interleaved(ROUNDS, ours, raw)
    detail = f"{rounds.ours_median * 1000:.2f} ms, raw {rounds.raw_median * 1000:.2f} ms"
    return [
        Figure("search", "x raw", rounds.ratio, Limit(1.25, 1.1), detail),
        Figure("search, added", "ms", rounds.added * 1000, Limit(2.0, 2.0), detail),
    ]


def measure_scale(world: World) -> Sequence[Figure]:
    """The engine's own time for the same requests in both indices."""
    organizations = world.few_organizations
    with world.system.rewired({"CACHE_URL": ""}):
        sent = _recorded(organizations)

    def latency(number: int, index: str) -> float:
        searches = [search for each in _of_round(number, organizations) for search in sent[each]]
        moved = [[Request(each.path.replace(ALIAS_READ, index), each.body) for each in search] for search in searches]
        return typical([partial(_posted, world, search) for search in moved])

    rounds = interleaved(ROUNDS, lambda n: latency(n, ALIAS_READ), lambda n: latency(n, SMALL_INDEX))
    detail = f"{rounds.ours_median * 1000:.2f} ms, {rounds.raw_median * 1000:.2f} ms in a tenth"
    return [Figure("scale", "x a tenth", rounds.ratio, Limit(1.5, 1.1), detail)]


def _of_round(number: int, organizations: Sequence[str]) -> Sequence[str]:
    start = number * ORGANIZATIONS_A_ROUND
    return [organizations[(start + n) % len(organizations)] for n in range(ORGANIZATIONS_A_ROUND)]


def _events(organizations: Sequence[str]) -> list[dict[str, Any]]:
    return [http_event("GET", "/v1/payments", each, question) for each in organizations for question in QUESTIONS]


def _answered(event: dict[str, Any]) -> None:
    answer = lambda_handler(event, context("query"))
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the query function answered {answer['body']}")


def _posted(world: World, requests: Sequence[Request]) -> None:
    """All that one search takes; whoever asks wants the answers decoded."""
    for request in requests:
        orjson.loads(world.post(request.path, request.body))


def _recorded(organizations: Sequence[str]) -> Mapping[str, Sequence[Sequence[Request]]]:
    """What the handler sends for each of each organization's questions."""
    sent: dict[str, list[Sequence[Request]]] = {}
    with _noted() as noted:
        for organization in organizations[: (ROUNDS + 1) * ORGANIZATIONS_A_ROUND]:
            sent[organization] = []
            for event in _events([organization]):
                _answered(event)
                sent[organization].append(noted[:])
                noted.clear()
    return sent


@contextmanager
def _noted() -> Iterator[list[Request]]:
    requests: list[Request] = []
    perform = Transport.perform_request

    def noting(self: Transport, method: str, url: str, **more: Any) -> Any:  # noqa: ANN401  # as it is called
        body = more["body"]
        encoded = body if isinstance(body, bytes) else orjson.dumps(body)
        requests.append(Request(f"{url}?{urlencode(more['params'] or {})}", encoded))
        return perform(self, method, url, **more)

    with patch.object(Transport, "perform_request", noting):
        yield requests
