"""Searches without either cache, against the same DSL sent raw, and at a tenth of the payments."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bench.harness import Figure, Limit, interleaved, typical
from bench.recording import Request, answered, noted, posted
from bench.world import SMALL_INDEX, World, http_event
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


def measure(world: World) -> Sequence[Figure]:
    """Each round asks some organizations everything; each figure is the median over the calls, then the rounds."""
    organizations = world.organizations
    with world.system.rewired({"CACHE_URL": ""}):
        sent = _recorded(organizations)

        def ours(number: int) -> float:
            asked = _of_round(number, organizations)
            return typical([partial(answered, lambda_handler, event) for event in _events(asked)])

        def raw(number: int) -> float:
            searches = [search for each in _of_round(number, organizations) for search in sent[each]]
            return typical([partial(posted, world, search) for search in searches])

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
        return typical([partial(posted, world, search) for search in moved])

    rounds = interleaved(ROUNDS, lambda n: latency(n, ALIAS_READ), lambda n: latency(n, SMALL_INDEX))
    detail = f"{rounds.ours_median * 1000:.2f} ms, {rounds.raw_median * 1000:.2f} ms in a tenth"
    return [Figure("scale", "x a tenth", rounds.ratio, Limit(1.5, 1.1), detail)]


def _of_round(number: int, organizations: Sequence[str]) -> Sequence[str]:
    start = number * ORGANIZATIONS_A_ROUND
    return [organizations[(start + n) % len(organizations)] for n in range(ORGANIZATIONS_A_ROUND)]


def _events(organizations: Sequence[str]) -> list[dict[str, Any]]:
    return [http_event("GET", "/v1/payments", each, question) for each in organizations for question in QUESTIONS]


def _recorded(organizations: Sequence[str]) -> Mapping[str, Sequence[Sequence[Request]]]:
    """What the handler sends for each of each organization's questions."""
    sent: dict[str, list[Sequence[Request]]] = {}
    with noted() as requests:
        for organization in organizations[: (ROUNDS + 1) * ORGANIZATIONS_A_ROUND]:
            sent[organization] = []
            for event in _events([organization]):
                answered(lambda_handler, event)
                sent[organization].append(requests[:])
                requests.clear()
    return sent
