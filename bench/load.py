"""`make load`: many events through command, queue and projector, while workers are killed at random.

Everything runs on this machine's real engines and stops by itself. The exit code is 1 unless nothing is lost, nothing
is doubled, and the sides agree.
"""

import argparse
import math
import os
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import work
from bench.journal import Journals
from common.engines.table import EVENT_PREFIX
from common.payments.index import ALIAS_READ
from common.settings import Settings
from local.engines.real import start_real
from local.inprocess.system import System
from local.places import ENGINES, LOCAL
from local.processes import LocalError, Processes
from operations_app import wiring
from operations_app.adapters.scan import SEGMENTS, scan

RESULTS = Path(__file__).with_name("load.json")
COMMANDS, PROJECTORS = 2, 2
"""Workers of each kind; beside them one sweep."""
KILL_EVERY_SECONDS = 10.0
"""On average."""
PATIENCE_SECONDS = 400.0
"""Without any progress: more than twice the time after which a killed projector's messages come again."""


@dataclass(frozen=True)
class Report:
    """What became of the events; durations in seconds, lags in milliseconds from commit to the bulk's answer."""

    sent: int
    """Asked for by callers, who repeat each call until it is answered; those stopped by the limit included."""
    answered: int
    committed: int
    projected: int
    lost: int
    """Answered and not committed, or committed and not projected, or different on the two sides."""
    doubled: int
    """Committed without being asked for, or indexed twice."""
    dead_letters: int
    differences: int
    payments: int
    documents: int
    delivered_again: int
    kills: dict[str, int]
    lag_p50_ms: int
    lag_p99_ms: int
    lag_max_ms: int
    sending_seconds: float
    seconds: float
    processors: int

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing doubled."""
        return not (self.lost or self.doubled or self.differences or self.dead_letters)


class Load:
    """One run on a system of its own."""

    def __init__(self, processes: Processes, system: System, journals: Path, blocks: int) -> None:
        self._processes = processes
        self._system = system
        self._journals = journals
        self._blocks = blocks
        self._answers = Journals(journals, "command-*.journal")
        self._projections = Journals(journals, "projector-*.journal")
        self._random = random.Random()
        self._answered = 0
        self._expected = sys.maxsize
        self._deliveries = 0
        self._lags: dict[str, int] = {}
        self._kills: dict[str, int] = {}

    def run(self, limit_seconds: float, console: Console) -> Report:
        """Start the workers, kill some every now and then, wait until all is projected, and compare."""
        started = time.monotonic()
        workers = self._start()
        columns = (TextColumn("{task.description:>9}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            answered = progress.add_task("answered", total=self._blocks * work.EVENTS)
            projected = progress.add_task("projected", total=self._blocks * work.EVENTS)
            next_kill, moved = self._next_kill(), started
            sending_until = 0.0
            while not self._finished() and time.monotonic() < moved + PATIENCE_SECONDS:
                time.sleep(0.5)
                self._processes.check()
                if self._look():
                    moved = time.monotonic()
                progress.update(answered, completed=self._answered * work.EVENTS)
                progress.update(projected, completed=len(self._lags))
                sending = self._answered < self._blocks and time.monotonic() < started + limit_seconds
                if not sending and not sending_until:
                    sending_until = time.monotonic()
                    self._end_commands()
                    moved = time.monotonic()
                if sending and time.monotonic() > next_kill:
                    self._kill(self._random.choice(workers))
                    next_kill = self._next_kill()
        return self._report(started, sending_until or time.monotonic())

    def _start(self) -> list[str]:
        parts = {
            **{f"command-{n}": ("command", "--first", str(n), "--step", str(COMMANDS)) for n in range(COMMANDS)},
            **{f"projector-{n}": ("projector",) for n in range(PROJECTORS)},
            "sweep": ("sweep",),
        }
        for name, arguments in parts.items():
            journal = str(self._journals / f"{name}.journal")
            shared = ("--journal", journal, "--blocks", str(self._blocks))
            argv = [sys.executable, "-m", "bench.worker", *arguments, *shared]
            self._processes.start(name, argv, ready=lambda: True, env={"POWERTOOLS_LOG_LEVEL": "WARNING"})
        return list(parts)

    def _next_kill(self) -> float:
        return time.monotonic() + self._random.uniform(0.5, 1.5) * KILL_EVERY_SECONDS

    def _kill(self, name: str) -> None:
        self._processes.kill(name)
        self._processes.restart(name)
        kind = name.partition("-")[0]
        self._kills[kind] = self._kills.get(kind, 0) + 1

    def _end_commands(self) -> None:
        """From here on it is known how many events there are."""
        for number in range(COMMANDS):
            self._processes.kill(f"command-{number}")
        self._expected = self._committed()

    def _look(self) -> bool:
        """Read the journals on; whether anything was new."""
        answers, projections = self._answers.new_lines(), self._projections.new_lines()
        self._answered += len(answers)
        self._deliveries += len(projections)
        for line in projections:
            event_id, _, lag = line.partition(" ")
            self._lags[event_id] = min(int(lag), self._lags.get(event_id, sys.maxsize))
        return bool(answers or projections)

    def _finished(self) -> bool:
        return len(self._lags) >= self._expected

    def _report(self, started: float, sending_until: float) -> Report:
        reconciliation = wiring.reconciliation_of(Settings.from_env(), grace_seconds=0)
        comparison = reconciliation.compare()
        differences = sum(1 for _ in reconciliation.differences(comparison))
        documents = self._system.opensearch.count(index=ALIAS_READ)["count"]
        committed = self._committed()
        answered = self._answered * work.EVENTS
        # Each caller who was stopped by the limit had a block under way.
        sent = answered + min(COMMANDS, self._blocks - self._answered) * work.EVENTS
        lags = sorted(self._lags.values())
        return Report(
            sent=sent,
            answered=answered,
            committed=committed,
            projected=len(self._lags),
            lost=max(0, answered - committed) + max(0, committed - len(self._lags)) + differences,
            doubled=max(0, committed - sent) + max(0, documents - comparison.payments),
            dead_letters=self._waiting(self._system.dead_letter_url),
            differences=differences,
            payments=comparison.payments,
            documents=documents,
            delivered_again=self._deliveries - len(self._lags),
            kills=dict(sorted(self._kills.items())),
            lag_p50_ms=_percentile(lags, 0.50),
            lag_p99_ms=_percentile(lags, 0.99),
            lag_max_ms=_percentile(lags, 1.0),
            sending_seconds=round(sending_until - started, 1),
            seconds=round(time.monotonic() - started, 1),
            processors=os.cpu_count() or 0,
        )

    def _committed(self) -> int:
        request = {
            "TableName": self._system.table_name,
            "ProjectionExpression": "sk",
            "FilterExpression": "begins_with(sk, :event)",
            "ExpressionAttributeValues": {":event": {"S": EVENT_PREFIX}},
        }
        pages = scan(self._system.dynamodb, request, dict.fromkeys(range(SEGMENTS)), SEGMENTS)
        return sum(len(page.items) for page in pages)

    def _waiting(self, queue_url: str) -> int:
        counts = self._system.sqs.get_queue_attributes(
            QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
        return sum(map(int, counts.values()))


def _percentile(ordered: list[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def _show(report: Report, console: Console) -> None:
    table = Table(show_header=False)
    for name, value in asdict(report).items():
        of_each = [f"{count} {kind}" for kind, count in value.items()] if isinstance(value, dict) else [f"{value:,}"]
        table.add_row(name.replace("_", " "), ", ".join(of_each))
    console.print(table)
    rate = report.committed / report.sending_seconds
    console.print(f"{rate:,.0f} events a second on {report.processors} processors, engines and callers included.")
    console.print("Nothing lost, nothing doubled." if report.holds else "[red]It did not hold.")


def main() -> int:
    """Run; 1 if it did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000, help="at least so many")
    parser.add_argument("--limit", type=float, default=45.0, help="minutes, after which no more is sent")
    options = parser.parse_args()
    console = Console()
    blocks = math.ceil(options.events / work.EVENTS)
    try:
        with (
            TemporaryDirectory(prefix="payments-load-") as journals,
            Processes(LOCAL / "logs" / "load") as processes,
            System(start_real(processes, ENGINES)) as system,
        ):
            report = Load(processes, system, Path(journals), blocks).run(options.limit * 60, console)
    except LocalError as error:
        console.print(f"error: {error}", style="red")
        return 1
    RESULTS.write_bytes(orjson.dumps(asdict(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    _show(report, console)
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
