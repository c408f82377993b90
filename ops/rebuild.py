"""`python -m ops rebuild`: build the search index anew while the old one serves, and let the new one take over."""

import argparse
from collections.abc import Sequence

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from operations_app import maintenance_wiring
from operations_app.adapters.scan import SEGMENTS
from operations_app.ports import Roles
from operations_app.rebuild import SETTLE_SECONDS, Rebuild
from operations_app.reconciliation import GRACE_SECONDS
from operations_app.totals import Difference
from ops.target import settings_of

ACTIONS = ("run", "status", "swap", "rollback", "drop")


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`rebuild [run|status|swap|rollback|drop]`."""
    parser = subjects.add_parser("rebuild", help="build the search index anew, without downtime")
    parser.add_argument(
        "action",
        choices=ACTIONS,
        nargs="?",
        default="run",
        help="run: all of it, or go on where it stopped (default); status; swap: compare and swap only; "
        "rollback: the old index serves again; drop: delete the index that does not serve",
    )
    parser.add_argument("--rate", type=float, default=0, help="documents a second at most; 0: as fast as it goes")
    parser.add_argument("--segments", type=int, default=SEGMENTS, help="parts that the table is read in")
    parser.add_argument("--page", type=int, help="items a reader takes at once; default: a megabyte")
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, help="seconds an event may be on its way")
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS, help="seconds until all projectors know")
    parser.add_argument("--no-swap", action="store_true", help="stop before the swap")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do the action; 1 if the new index differs from the write side."""
    rebuild = maintenance_wiring.rebuild_of(settings_of(options.stack), options.grace, options.page)
    match options.action:
        case "run":
            return _run(rebuild, options)
        case "swap":
            return _swap(rebuild, options)
        case "rollback":
            _tell(rebuild.roll_back())
        case "drop":
            print(f"dropped {rebuild.drop()}")
        case _:
            _status(rebuild)
    return 0


def _run(rebuild: Rebuild, options: argparse.Namespace) -> int:
    print(f"building {rebuild.start(options.settle)}; live events go there too from now on", flush=True)
    refused = _backfill(rebuild, options)
    if refused:
        print(f"{refused:,} events became no document: the comparison says whether any of them matters")
    if options.no_swap:
        print("not swapped: run `python -m ops rebuild swap`")
        return 0
    return _swap(rebuild, options)


def _backfill(rebuild: Rebuild, options: argparse.Namespace) -> int:
    columns = (
        TextColumn("backfill"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("items,"),
        TextColumn("{task.fields[written]:,} documents"),
    )
    refused = 0
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("backfill", total=None, written=0)
        for at in rebuild.backfill(options.segments, options.rate):
            bar.update(task, completed=at.scanned, total=at.total, written=at.written)
            refused = at.refused
    return refused


def _swap(rebuild: Rebuild, options: argparse.Namespace) -> int:
    print("comparing with the write side", flush=True)
    roles, differences = rebuild.swap(options.settle)
    if differences:
        _differ(differences)
        return 1
    _tell(roles)
    print("go back with `python -m ops rebuild rollback`, delete the old index with `python -m ops rebuild drop`")
    return 0


def _differ(differences: Sequence[Difference]) -> None:
    for wrong in differences:
        print(orjson.dumps(wrong.as_dict()).decode())
    print("not swapped: the new index differs from the write side")


def _status(rebuild: Rebuild) -> None:
    roles, positions, segments = rebuild.status()
    _tell(roles)
    if roles.rebuild:
        done, scanned = sum(at.done for at in positions), sum(at.scanned for at in positions)
        print(f"backfill: {scanned:,} items read, {done} of {segments} segments done")


def _tell(roles: Roles) -> None:
    print(f"serving: {roles.live}")
    for name, index in (("being rebuilt", roles.rebuild), ("kept from before the swap", roles.previous)):
        if index:
            print(f"{name}: {index}")
