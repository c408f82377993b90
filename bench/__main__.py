"""`make bench`: the speed of each part as a ratio to the raw engine under it, measured in the same run.

Everything runs on this machine's real engines and stops by itself. Only a run of all rows at full scale is written to
bench/results.json and docs/performance.md; the exit code is 1 when a row misses what it must reach.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console

from bench import report
from bench.harness import Figure, logs_aside
from bench.rows import cache, commands, package, processes, projector, search, searchable
from bench.world import World
from local.engines.real import start_real
from local.inprocess.system import System
from local.places import ENGINES, LOCAL
from local.processes import LocalError, Processes

PAYMENTS = 1_000_000
ROWS: Mapping[str, Callable[[World], Sequence[Figure]]] = {
    "package": package.measure,
    "coldstart": processes.measure_cold_start,
    "search": search.measure,
    "scale": search.measure_scale,
    "l1": cache.measure_memory,
    "l2": cache.measure_shared,
    "projector": projector.measure,
    "memory": processes.measure_memory,
    "command": commands.measure,
    "import": commands.measure_import,
    "searchable": searchable.measure,
}


def main() -> int:
    """Run; 1 if a row missed."""
    options = _options()
    console = Console(stderr=True)
    try:
        with Processes(LOCAL / "logs" / "bench") as running, System(start_real(running, ENGINES)) as system:
            world = World(system, running, options.payments, console)
            figures = [figure for name in options.only for figure in _measured(name, world)]
    except LocalError as error:
        console.print(f"error: {error}", style="red")
        return 1
    results = report.as_json(figures, options.payments, datetime.now(UTC))
    console.print(report.drawn(results))
    for figure in figures:
        console.print(f"{figure.row}: {figure.detail}", highlight=False)
    if options.only == list(ROWS) and options.payments == PAYMENTS:
        report.write(results)
    return int(any(figure.limit.verdict(figure.value) == "missed" for figure in figures))


def _measured(name: str, world: World) -> Sequence[Figure]:
    world.console.print(f"{name} ...", highlight=False)
    with logs_aside():
        return ROWS[name](world)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=_rows, default=list(ROWS), help=f"some of {','.join(ROWS)}")
    parser.add_argument("--payments", type=int, default=PAYMENTS, help="in the index; fewer for a quick look")
    return parser.parse_args()


def _rows(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
