"""Series without a cache, against the same DSL sent raw, and against the same question over the points themselves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

import orjson
from opensearchpy import OpenSearch

from bench.harness import MANY_ROUNDS, WARM_UP, Call, Figure, Limit, Rounds, alternating, interleaved, seconds
from bench.recording import Request, answered, noted, posted
from bench.world import World, http_event
from common.domain.instants import iso, now
from common.metrics.index import INDICES, index_of
from common.metrics.points import Point
from common.metrics.rollups import Level, RollUp
from query_app.metrics_handler import lambda_handler

ROUNDS = 9
PERCENTILES = 5
"""Of a round."""
ORGANIZATION = "org-0"
RAW = "points-raw"
EVERY = timedelta(seconds=10)
WEEK = timedelta(days=7)
EACH = WEEK // EVERY
"""Points of a host."""
FIRST = Level.DAY.start_of(now()) - WEEK - timedelta(days=1)
_CLIENTS = 3
_AT_ONCE = 5_000
_MAPPING = {
    "settings": {"number_of_shards": 3, "number_of_replicas": 0, "refresh_interval": "-1"},
    "mappings": {
        "dynamic": "strict",
        "_routing": {"required": True},
        "properties": {
            **{key: {"type": "keyword"} for key in ("organizationId", "name", "host")},
            "at": {"type": "date"},
            "value": {"type": "double"},
        },
    },
}
_FUNCTIONS = ("sum", "avg", "max", "rate")
_LENGTHS = ((timedelta(hours=4), "1m"), (timedelta(days=1), "5m"), (timedelta(days=6), "1h"))

Lines = Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]
"""Actions of a bulk and their documents."""


def measure(world: World) -> Sequence[Figure]:
    """Each question is of another time, so that OpenSearch answers none from a cache of its own."""
    hosts = max(1, world.points // EACH)
    _seed(world, hosts)
    with world.system.rewired({"CACHE_URL": ""}):
        series = alternating(partial(_pairs, world, _questions), MANY_ROUNDS, WARM_UP)
        merged = alternating(partial(_pairs, world, _percentiles), MANY_ROUNDS, WARM_UP)
        weeks = interleaved(
            ROUNDS, lambda n: _raw(world, n), lambda n: seconds(partial(answered, lambda_handler, _week(n)))
        )
    milliseconds = _each(series, len(_questions(0)))
    sketches = _each(merged, PERCENTILES)
    points = f"{weeks.raw_median * 1000:.1f} ms, {weeks.ours_median * 1000:.0f} ms over {hosts * EACH:,} points"
    return [
        Figure("series", "x raw", series.ratio, Limit(1.25, 1.1), milliseconds),
        Figure("series, percentiles", "x raw", merged.ratio, Limit(1.25, 1.1), sketches),
        Figure("roll-ups", "x faster than points", weeks.ratio, Limit(20, 50, "higher"), points),
    ]


def _pairs(world: World, questions: Callable[[int], list[dict[str, Any]]], number: int) -> list[tuple[Call, Call]]:
    """The questions of even numbers by the handler, those of odd ones raw."""
    return [
        (partial(answered, lambda_handler, ours), _sent(world, raw))
        for ours, raw in zip(questions(2 * number), questions(2 * number + 1), strict=True)
    ]


def _each(rounds: Rounds, questions: int) -> str:
    ours, raw = rounds.ours_median / questions, rounds.raw_median / questions
    return f"{ours * 1000:.2f} ms, raw {raw * 1000:.2f} ms"


def _questions(number: int) -> list[dict[str, Any]]:
    """Each function over each length of time, at a time of its own."""
    shift = timedelta(minutes=number)
    return [
        _question(function, FIRST + shift, length, interval) for function in _FUNCTIONS for length, interval in _LENGTHS
    ]


def _percentiles(number: int) -> list[dict[str, Any]]:
    """Some, each of an hour of its own."""
    starts = (FIRST + timedelta(minutes=each) for each in range(number * PERCENTILES, (number + 1) * PERCENTILES))
    return [_question("p95", start, timedelta(hours=1), "1m") for start in starts]


def _week(number: int) -> dict[str, Any]:
    return _question("sum", FIRST + timedelta(hours=number), WEEK - timedelta(hours=ROUNDS), "1h")


def _question(function: str, since: datetime, length: timedelta, interval: str) -> dict[str, Any]:
    asked = {"name": "cpu", "function": function, "from": iso(since), "to": iso(since + length), "interval": interval}
    return http_event("GET", "/v1/metrics/series", ORGANIZATION, asked)


def _sent(world: World, event: dict[str, Any]) -> Call:
    """The requests of this question, to be sent raw."""
    with noted() as requests:
        answered(lambda_handler, event)
    return partial(posted, world, [Request(each.path, _a_second_on(each.body)) for each in requests])


def _a_second_on(body: bytes) -> bytes:
    """What was just answered is in OpenSearch's cache: the same a second on is not."""
    asked = orjson.loads(body)
    [span] = [clause["range"] for clause in asked["query"]["bool"]["filter"] if "range" in clause]
    span["at"] = {end: iso(datetime.fromisoformat(at) + timedelta(seconds=1)) for end, at in span["at"].items()}
    return orjson.dumps(asked)


def _raw(world: World, number: int) -> float:
    """The week's question over the points."""
    since = FIRST + timedelta(hours=number)
    span = {"gte": iso(since), "lt": iso(since + WEEK - timedelta(hours=ROUNDS))}
    clauses = [{"term": {"organizationId": ORGANIZATION}}, {"term": {"name": "cpu"}}, {"range": {"at": span}}]
    steps = {"date_histogram": {"field": "at", "fixed_interval": "1h"}, "aggs": {"sum": {"sum": {"field": "value"}}}}
    body = {"size": 0, "track_total_hits": False, "query": {"bool": {"filter": clauses}}, "aggs": {"steps": steps}}
    path = f"/{RAW}/_search?routing={ORGANIZATION}"
    return seconds(lambda: orjson.loads(world.post(path, orjson.dumps(body))))


def _seed(world: World, hosts: int) -> None:
    """The points, and their roll-ups: one host's, as every other's too."""
    client = world.system.opensearch
    client.indices.create(index=RAW, body=_MAPPING)
    patterns = [(each, each.source()) for each in _rollups_of_a_host()]
    with ThreadPoolExecutor(_CLIENTS) as clients:
        for host in range(hosts):
            world.console.print(f"  host {host + 1} of {hosts}", end="\r", highlight=False)
            lines = [*_batched(_points(host)), *_batched(_rollups(host, patterns))]
            list(clients.map(partial(_put, client), lines))
    every = ",".join((RAW, *(each.pattern for each in INDICES.values())))
    client.indices.refresh(index=every, request_timeout=300)
    client.indices.forcemerge(index=every, max_num_segments=1, request_timeout=900)


def _value(number: int) -> float:
    return number * 7919 % 1000 / 10


def _points(host: int) -> Lines:
    for number in range(EACH):
        action = {"index": {"_index": RAW, "routing": ORGANIZATION}}
        said = {"name": "cpu", "host": f"web-{host}", "at": iso(FIRST + number * EVERY), "value": _value(number)}
        yield action, {"organizationId": ORGANIZATION, **said}


def _rollups_of_a_host() -> Iterator[RollUp]:
    levels: dict[Level, dict[str, RollUp]] = {level: {} for level in Level}
    for number in range(EACH):
        point = Point(
            name="cpu", type="gauge", timestamp=FIRST + number * EVERY, value=_value(number), dimensions={"host": "web"}
        )
        minute = RollUp.of(ORGANIZATION, point)
        minutes = levels[Level.MINUTE]
        minutes[minute.id] = minutes[minute.id].joined(minute) if minute.id in minutes else minute
    for level in Level:
        for each in levels[level].values():
            if raised := each.raised():
                above = levels[raised.level]
                above[raised.id] = above[raised.id].joined(raised) if raised.id in above else raised
        yield from levels[level].values()


def _rollups(host: int, patterns: Sequence[tuple[RollUp, Mapping[str, Any]]]) -> Lines:
    for each, source in patterns:
        where = {"_index": index_of(each.level, each.start), "_id": f"{host}:{each.id}", "routing": ORGANIZATION}
        yield {"index": where}, {**source, "dimensions": [f"host=web-{host}"], "series": f"{host}"}


def _batched(lines: Lines) -> Iterator[bytes]:
    while some := list(islice(lines, _AT_ONCE)):
        yield b"".join(orjson.dumps(part, option=orjson.OPT_APPEND_NEWLINE) for line in some for part in line)


def _put(client: OpenSearch, lines: bytes) -> None:
    answer = client.bulk(body=lines, params={"filter_path": "errors"}, request_timeout=300)
    if answer["errors"]:
        raise RuntimeError("OpenSearch refused points")
