"""`python -m ops reconcile`: prove that the read side equals the write side, or say where it does not."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from common.domain.money import decimal_string
from operations_app import maintenance_wiring, wiring
from operations_app.reconciliation import GRACE_SECONDS, Comparison
from operations_app.repair import Repair
from operations_app.totals import Difference
from ops.target import settings_of

_MENDED_AT_ONCE = 500


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`reconcile [--repair] [--organization X] [--grace S] [--json]`."""
    parser = subjects.add_parser("reconcile", help="hold the read side against the write side")
    parser.add_argument("--repair", action="store_true", help="mend what is missing, stale or extra")
    parser.add_argument("--organization", help="only this organization")
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, help="seconds an event may be on its way")
    parser.add_argument("--json", action="store_true", help="the summary as a JSON line too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """One JSON line a difference on stdout, and the summary; 1 if any difference is left."""
    settings = settings_of(options.stack)
    reconciliation = wiring.reconciliation_of(settings, options.grace)
    comparison = reconciliation.compare(options.organization)
    found = reconciliation.differences(comparison, options.organization)
    repair = maintenance_wiring.repair_of(settings) if options.repair else None
    differences = left = 0
    for wrong, mended in _mended(found, repair):
        differences += 1
        left += not mended
        line = {**wrong.as_dict(), "mended": mended} if repair else wrong.as_dict()
        print(orjson.dumps(line).decode(), flush=True)
    _summarize(comparison, differences, left, as_json=options.json)
    return 1 if left else 0


def _mended(found: Iterable[Difference], repair: Repair | None) -> Iterator[tuple[Difference, bool]]:
    """Each difference, and whether it is one no more."""
    differences = iter(found)
    while some := list(islice(differences, _MENDED_AT_ONCE if repair else 1)):
        mended = repair.mend(some) if repair else set()
        for wrong in some:
            yield wrong, wrong.key in mended


def _summarize(comparison: Comparison, differences: int, left: int, *, as_json: bool) -> None:
    sums = {currency: decimal_string(minor, currency) for currency, minor in sorted(comparison.sums.items())}
    summary = {
        "payments": comparison.payments,
        "sums": sums,
        "buckets": comparison.buckets,
        "differingBuckets": len(comparison.differing),
        "differingPasts": len(comparison.differing_past),
        "differences": differences,
        "left": left,
    }
    if as_json:
        print(orjson.dumps({"summary": summary}).decode())
        return
    money = ", ".join(f"{amount} {currency}" for currency, amount in sums.items())
    print(
        f"{comparison.payments:,} payments ({money or 'nothing'}) in {comparison.buckets:,} buckets:", file=sys.stderr
    )
    verdict = f"differences: {differences:,}, left: {left:,}" if differences else "no difference"
    print(verdict, file=sys.stderr)
