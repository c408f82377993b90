"""The projector at 1,000-message batches, against the same bodies sent raw by opensearch-py's `bulk`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from opensearchpy import OpenSearch
from orjson import dumps, loads

from bench.harness import Call, Figure, Limit, alternating
from bench.seed import event
from bench.world import World, context
from common.domain.instants import iso, now
from common.engines.bulks import body_of
from common.engines.document_writer import action_of
from common.payments.index import ALIAS_WRITE
from common.payments.projections import documents_of
from projector_app.payments_handler import lambda_handler

BATCH = 1_000
BATCHES = 8
"""Of each side in a round: a second, in which the index refreshes itself whoever writes."""
ROUNDS = 45
"""Raw against raw, rounds differ by a twelfth: it takes as many for a median that is good to a sixtieth."""
ORGANIZATIONS = 20


def measure(world: World) -> Sequence[Figure]:
    """Each round has payments of its own, the raw ones' ids differing in one letter."""
    world.organizations  # noqa: B018  # written beside the million
    raw = OpenSearch(hosts=[world.system.opensearch_url])

    def pairs(number: int) -> Iterator[tuple[Call, Call]]:
        batches = range(number * BATCHES, (number + 1) * BATCHES)
        inputs = [(sqs_event("ours", each), bulk_body("raws", each)) for each in batches]
        return given_young(inputs, lambda_handler, partial(raw.bulk, index=ALIAS_WRITE))

    rounds = alternating(pairs, ROUNDS)
    raw.close()
    detail = f"{BATCHES * BATCH / rounds.ours_median:,.0f} documents/s"
    return [Figure("projector", "of raw", 1 / rounds.ratio, Limit(0.85, 0.97, "higher"), detail)]


def given_young(
    inputs: Iterable[tuple[dict[str, Any], bytes]],
    handler: Callable[[dict[str, Any], Any], Any],
    bulk: Callable[..., object],
) -> Iterator[tuple[Call, Call]]:
    """Pairs of a batch for a projector and a body for raw: both made just before, as Lambda decodes its event."""
    texts = [(dumps(event), body.decode()) for event, body in inputs]
    for text, body in texts:
        yield partial(projected, handler, loads(text)), partial(bulk, body=body.encode())


def bulk_body(side: str, number: int, messages: int = BATCH) -> bytes:
    """The documents of the first events of a batch."""
    at = iso(now())
    some = events(side, number)[:messages]
    return body_of([action_of(document) for each in some for document in documents_of(each.written(), at)])


def events(side: str, number: int) -> list[Any]:
    """A batch's events, of several organizations."""
    first = number * BATCH
    return [event(f"bench-{n % ORGANIZATIONS}", n, f"{side}-{n:08d}") for n in range(first, first + BATCH)]


def sqs_event(side: str, number: int) -> dict[str, Any]:
    """What Lambda gives the projector."""
    return batch_of(f"{side}-{number}", [each.to_json() for each in events(side, number)])


def batch_of(name: str, bodies: Sequence[str]) -> dict[str, Any]:
    """What Lambda gives any projector; messages are called after the batch."""
    records = [
        {
            "messageId": f"{name}-{position}",
            "receiptHandle": "handle",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1296475200000"},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:events",
            "awsRegion": "eu-west-1",
        }
        for position, body in enumerate(bodies)
    ]
    return {"Records": records}


def projected(handler: Callable[[dict[str, Any], Any], Any], batch: dict[str, Any]) -> None:
    """Give a batch to a projector. Raises RuntimeError for what it gives back."""
    if handler(batch, context("projector", 512))["batchItemFailures"]:
        raise RuntimeError("the projector gave messages back")
