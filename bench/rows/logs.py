"""Log entries: the projector at full packs against the same documents sent raw, and histograms against the same DSL."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any

from msgspec import Raw
from opensearchpy import OpenSearch

from bench.harness import MANY_ROUNDS, WARM_UP, Call, Figure, Limit, alternating, interleaved, typical
from bench.recording import Request, answered, noted, posted
from bench.rows.projector import batch_of, given_young
from bench.world import World, http_event
from common.domain.instants import iso, now
from common.domain.packs import Pack, encoded, packed
from common.domain.raw_packs import written_pack
from common.engines.bulks import body_of
from common.engines.document_writer import action_of
from common.logs.documents import documents_of
from common.logs.index import ALL_INDICES
from common.logs.levels import LEVELS
from projector_app.logs_handler import lambda_handler as project
from query_app.logs_handler import lambda_handler as query

BATCH = 5_000
"""Entries of an invocation: a megabyte and a half."""
BATCHES = 5
"""Of each side in a round: a second, in which the indices refresh themselves whoever writes."""
COUNTED = 200_000
CALLS = 3
"""Of each question in a round."""
DAYS = 7
ORGANIZATION = "bench-logs"
_MESSAGES = (
    "[payments-000001] creating index, cause [api], templates [], shards [3]/[0]",
    "Creating queue CreateQueueData(LogsDeadLetterQueue-215db3e3f57f,None,None,None,None,None,None,false,false,None)",
    "handled SearchPayments in 17.2 ms for user-4711 with 20 hits of 1042",
    "connection to 10.0.17.4:9200 refused after 3 tries: ConnectTimeout=1000",
)
_QUESTIONS: tuple[Mapping[str, str], ...] = (
    {"interval": "hour"},
    {"interval": "day", "q": "level>=error", "timeZone": "Europe/Paris"},
    {"interval": "hour", "q": "refused service:service-3"},
)


def measure(world: World) -> Sequence[Figure]:
    """Each round has entries of its own."""
    raw = OpenSearch(hosts=[world.system.opensearch_url])

    def pairs(number: int) -> Iterator[tuple[Call, Call]]:
        batches = range(number * BATCHES, (number + 1) * BATCHES)
        inputs = [(_sqs_event(each), _bulk(_entries("raws", each))) for each in batches]
        return given_young(inputs, project, raw.bulk)

    rounds = alternating(pairs)
    raw.close()
    detail = f"{BATCHES * BATCH / rounds.ours_median:,.0f} entries/s"
    return [Figure("logs projector", "of raw", 1 / rounds.ratio, Limit(0.85, 0.95, "higher"), detail)]


def measure_histogram(world: World) -> Sequence[Figure]:
    """The handler without either cache. Each call asks from another millisecond on, as what was answered is cached."""
    client = OpenSearch(hosts=[world.system.opensearch_url])
    for number in range(COUNTED // BATCH):
        client.bulk(body=_bulk(_entries("counted", number)), request_timeout=120)
    client.indices.refresh(index=ALL_INDICES)
    client.close()
    start, later = now() - timedelta(days=DAYS + 1), count()

    def from_another() -> str:
        return iso(start + timedelta(milliseconds=next(later)))

    def ours(_: int) -> float:
        return typical([partial(answered, query, _event(each, from_another())) for each in _QUESTIONS * CALLS])

    def raw(_: int) -> float:
        bodies = [each.body.replace(iso(start).encode(), from_another().encode()) for each in requests * CALLS]
        return typical([partial(posted, world, [Request(requests[0].path, body)]) for body in bodies])

    with world.system.rewired({"CACHE_URL": ""}):
        with noted() as requests:
            for each in _QUESTIONS:
                answered(query, _event(each, iso(start)))
        rounds = interleaved(MANY_ROUNDS, ours, raw, WARM_UP)
    detail = f"{rounds.ours_median * 1000:.2f} ms, raw {rounds.raw_median * 1000:.2f} ms, of {COUNTED:,} entries"
    return [Figure("logs histogram", "x raw", rounds.ratio, Limit(1.25, 1.1), detail)]


def _sqs_event(number: int) -> dict[str, Any]:
    texts = [encoded(each) for each in _entries("ours", number)]
    return batch_of(f"logs-{number}", [body for body, _ in packed(_envelope(), texts)])


def _event(question: Mapping[str, str], since: str) -> dict[str, Any]:
    return http_event("GET", "/v1/logs/histogram", ORGANIZATION, {"from": since, **question})


def _entries(side: str, number: int) -> list[dict[str, Any]]:
    """A batch, spread over some days.

    Ids are digests, as those that are made of content: Lucene passes over a segment whose ids are all less than one
    that it looks for, so the side whose ids were the greater would be the faster.
    """
    at = now()
    return [
        {
            "id": sha256(f"{side}-{place}".encode()).hexdigest()[:32],
            "timestamp": iso(at - timedelta(seconds=place * 131 % (DAYS * 86_400))),
            "number": place % 1_000 + 1,
            "level": LEVELS[place % len(LEVELS)],
            "service": f"service-{place % 17}",
            "host": f"web-{place % 5}",
            "message": f"{_MESSAGES[place % len(_MESSAGES)]} {place}",
            "correlationId": f"c-{place // 10}",
            "attributes": {"http.method": "POST", "status": 200 + place % 300},
            "retentionDays": 30,
        }
        for place in range(number * BATCH, (number + 1) * BATCH)
    ]


def _envelope() -> Pack:
    return Pack(organization_id=ORGANIZATION, correlation_id="bench", received_at=now())


def _bulk(entries: Sequence[dict[str, Any]]) -> bytes:
    document_of = documents_of(written_pack(_envelope().to_json()), iso(now()))
    return body_of([action_of(document_of(Raw(encoded(entry).encode()))) for entry in entries])
