"""From a command's answer until a search finds its payment, at 200 commands a second."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Figure, Limit, percentile
from bench.journal import Journals
from bench.world import World
from common.payments.index import ALIAS_READ
from common.settings import Settings
from local.processes import Processes

ORGANIZATION = "bench-searchable"
COMMANDS_A_SECOND = 200
CALLERS = 2
SECONDS = 30
_LOOK_EVERY = 0.05
"""Seconds: a payment may be found so much later than it could have been; to look more often takes what is measured."""
_PATIENCE_SECONDS = 60
_PAGE = 3_000
"""More than one batch, whose payments share an instant."""


def measure(world: World) -> Sequence[Figure]:
    """Callers and a projector in processes of their own, as in `make load`; this one only looks."""
    world.organizations  # noqa: B018  # beside the million
    # Tens of thousands of messages of other rows would have to be projected first.
    world.system.sqs.purge_queue(QueueUrl=world.system.queue_url)
    with TemporaryDirectory(prefix="payments-bench-") as scratch, Processes(Path(scratch, "logs")) as processes:
        answered, found = _run(world, processes, Path(scratch))
    lags = [found[payment] - at for payment, at in answered.items()]
    refresh = Settings.from_env().refresh_interval_ms / 1000
    p50, p99 = percentile(lags, 0.5), percentile(lags, 0.99)
    span = max(answered.values()) - min(answered.values())
    detail = f"p50 {p50:.2f} s, p99 {p99:.2f} s, {len(lags) / span:.0f} commands/s, refresh interval {refresh:g} s"
    return [Figure("searchable, p99 above refresh", "ms", (p99 - refresh) * 1000, Limit(1000, 300), detail)]


def _run(world: World, processes: Processes, scratch: Path) -> tuple[dict[str, float], dict[str, float]]:
    """When each payment's command was answered, and when a search first found it."""
    expected = COMMANDS_A_SECOND * SECONDS
    quiet = {"POWERTOOLS_LOG_LEVEL": "WARNING"}
    shared = ("--journal", str(scratch / "projector.journal"))
    processes.start("projector", [sys.executable, "-m", "bench.worker", "projector", *shared], ready=_yes, env=quiet)
    for number in range(CALLERS):
        arguments = (str(scratch / f"caller-{number}.journal"), str(number), str(CALLERS))
        argv = [sys.executable, "-m", "bench.rows.caller", *arguments]
        processes.start(f"caller-{number}", argv, ready=_yes, env=quiet)
    journals, answered, found = Journals(scratch, "caller-*.journal"), dict[str, float](), dict[str, float]()
    moved, indexed_at = time.monotonic(), "1970-01-01T00:00:00.000Z"
    while len(found) < expected or len(answered) < expected:
        seen, indexed_at = _searchable(world, indexed_at)
        at = time.time()
        new = [each for each in seen if each not in found]
        found.update(dict.fromkeys(new, at))
        lines = journals.new_lines()
        answered.update((name, float(when)) for name, _, when in (line.partition(" ") for line in lines))
        if new or lines:
            moved = time.monotonic()
        elif time.monotonic() > moved + _PATIENCE_SECONDS:
            raise RuntimeError(f"{len(answered)} commands answered, {len(found)} found, and nothing more comes")
        time.sleep(_LOOK_EVERY)
    return answered, found


def _searchable(world: World, since: str) -> tuple[list[str], str]:
    """Those of the organization's payments that were indexed at `since` or later, and when the last of them was.

    A batch shares its instant, and a refresh may come in the middle of it: so the last instant is asked for again.
    """
    body = {
        "size": _PAGE,
        "query": {
            "bool": {
                "filter": [
                    {"term": {"organizationId": ORGANIZATION}},
                    {"range": {"indexedAt": {"gte": since}}},
                ]
            }
        },
        "sort": [{"indexedAt": "asc"}],
        "_source": ["paymentId", "indexedAt"],
        "track_total_hits": False,
    }
    params = {"routing": ORGANIZATION, "filter_path": "hits.hits._source"}
    answer = world.system.opensearch.search(index=ALIAS_READ, body=body, params=params)
    hits = [hit["_source"] for hit in answer.get("hits", {}).get("hits", ())]
    return [hit["paymentId"] for hit in hits], hits[-1]["indexedAt"] if hits else since


def _yes() -> bool:
    return True
