"""How long a batch takes the projector: `python -m bench.simulate.service` measures and writes bench/service.json."""

import argparse
import sys
from dataclasses import astuple, dataclass, replace
from typing import Self

import orjson
from opensearchpy import OpenSearch
from rich.console import Console

from bench.cost.bill import FULL_PROCESSOR_MB
from bench.harness import interleaved, logs_aside, seconds
from bench.rows.projector import bulk_body, projected, sqs_event
from common.payments.index import ALIAS_WRITE
from local.engines.real import start_real
from local.inprocess.system import System
from local.places import ENGINES, LOCAL, ROOT
from local.processes import LocalError, Processes
from projector_app.payments_handler import lambda_handler

MEASURED = ROOT / "bench" / "service.json"
BATCHES = (1, 10, 100, 1_000)
ROUNDS = 15


@dataclass(frozen=True)
class Service:
    """Seconds of a batch: in the function, of which each invocation has its own, and in the engine, which all share."""

    function_base: float
    function_each: float
    engine_base: float
    engine_each: float

    @classmethod
    def measured(cls, rows: list[dict[str, float]]) -> Self:
        """Straight lines through the smallest and the largest batch."""
        first, last = rows[0], rows[-1]
        further = last["messages"] - first["messages"]

        def line(of_first: float, of_last: float) -> tuple[float, float]:
            each = max(0.0, of_last - of_first) / further
            return max(0.0, of_first - each), each

        function = line(first["seconds"] - first["raw"], last["seconds"] - last["raw"])
        return cls(*function, *line(first["raw"], last["raw"]))

    @classmethod
    def read(cls) -> Self:
        """From bench/service.json."""
        return cls.measured(orjson.loads(MEASURED.read_bytes())["batches"])

    def with_memory(self, megabytes: int) -> Self:
        """The same in a function that has less than a processor."""
        slower = max(1.0, FULL_PROCESSOR_MB / megabytes)
        return replace(self, function_base=self.function_base * slower, function_each=self.function_each * slower)

    def times(self, factor: float) -> Self:
        """The same on a slower machine."""
        return type(self)(*(seconds * factor for seconds in astuple(self)))

    def in_function(self, messages: int) -> float:
        """Seconds."""
        return self.function_base + self.function_each * messages

    def in_engine(self, messages: int) -> float:
        """Seconds, when nobody else asks it."""
        return self.engine_base + self.engine_each * messages

    def alone(self, messages: int) -> float:
        """Seconds of a batch that meets no other."""
        return self.in_function(messages) + self.in_engine(messages)


def measure(system: System) -> list[dict[str, float]]:
    """The best round of each size, and of the same documents sent raw: other work only makes it longer."""
    raw = OpenSearch(hosts=[system.opensearch_url])
    rows = []
    for messages in BATCHES:

        def ours(number: int, messages: int = messages) -> float:
            event = sqs_event(f"ours-{messages}", number)
            event["Records"] = event["Records"][:messages]
            return seconds(lambda: projected(lambda_handler, event))

        def sent_raw(number: int, messages: int = messages) -> float:
            body = bulk_body(f"raws-{messages}", number, messages)
            return seconds(lambda: raw.bulk(body=body, index=ALIAS_WRITE))

        rounds = interleaved(ROUNDS, ours, sent_raw)
        rows.append({"messages": messages, "seconds": min(rounds.ours), "raw": min(rounds.raw)})
    raw.close()
    return rows


def main() -> int:
    """Measure and write."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    console = Console(stderr=True)
    try:
        with (
            Processes(LOCAL / "logs" / "service") as processes,
            System(start_real(processes, ENGINES)) as system,
            logs_aside(),
        ):
            rows = measure(system)
    except LocalError as error:
        console.print(f"error: {error}", style="red")
        return 1
    MEASURED.write_bytes(orjson.dumps({"batches": rows}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    console.print(f"written: {MEASURED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
