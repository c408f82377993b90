"""`make bench`: the speed of each part as a ratio to the raw engine under it, measured in the same run.

Everything runs on this machine's real engines and stops by itself. At full scale what was measured is written to
bench/results.json and docs/performance.md, in place of the same rows' earlier figures; the exit code is 1 when a row
misses what it must reach or cannot be measured.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console

from bench import report
from bench.harness import Figure, logs_aside
from bench.rows import cache, cold_start, commands, logs, metrics, package, processes, projector, search, searchable
from bench.world import World
from local.engines.real import start_real
from local.inprocess.system import System
from local.places import ENGINES, LOCAL
from local.processes import LocalError, Processes

PAYMENTS = 1_000_000
POINTS = 5_000_000
ROWS: Mapping[str, Callable[[World], Sequence[Figure]]] = {
    "package": package.measure,
    "coldstart": cold_start.measure,
    "search": search.measure,
    "scale": search.measure_scale,
    "l1": cache.measure_memory,
    "l2": cache.measure_shared,
    "projector": projector.measure,
    "logs": logs.measure,
    "histogram": logs.measure_histogram,
    "memory": processes.measure_memory,
    "command": commands.measure,
    "import": commands.measure_import,
    "searchable": searchable.measure,
    "metrics": metrics.measure,
}


def main() -> int:
    """Run; 1 if a row missed."""
    options = _options()
    console = Console(stderr=True)
    try:
        with Processes(LOCAL / "logs" / "bench") as running, System(start_real(running, ENGINES)) as system:
            world = World(system, running, options.payments, options.points, console)
            measured = [_measured(name, world) for name in options.only]
    except LocalError as error:
        console.print(f"error: {error}", style="red")
        return 1
    figures = [figure for row in measured for figure in row]
    results = report.as_json(figures, options.payments, datetime.now(UTC))
    console.print(report.drawn(results))
    if (options.payments, options.points) == (PAYMENTS, POINTS):
        report.write(results)
    missed = any(figure.limit.verdict(figure.value) == "missed" for figure in figures)
    return int(missed or not all(measured))


def _measured(name: str, world: World) -> Sequence[Figure]:
    """A row's figures; none, after saying why, where it cannot be measured."""
    world.console.print(f"{name} ...", highlight=False)
    try:
        with logs_aside():
            figures = ROWS[name](world)
    except RuntimeError as error:
        world.console.print(f"  {error}", style="red", highlight=False)
        return ()
    for figure in figures:
        world.console.print(
            f"  {figure.row}: {report.shown(figure.value)} {figure.unit}; {figure.detail}", highlight=False
        )
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=_rows, default=list(ROWS), help=f"some of {','.join(ROWS)}")
    parser.add_argument("--payments", type=int, default=PAYMENTS, help="in the index; fewer for a quick look")
    parser.add_argument("--points", type=int, default=POINTS, help="of metrics; fewer for a quick look")
    return parser.parse_args()


def _rows(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
