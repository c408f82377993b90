"""A million payments in at most 256 MB: what a reconciliation needs does not grow with the payments."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("layers/common", "functions/operations", ".")


def reconciled(payments: int) -> dict[str, Any]:
    path = os.pathsep.join(str(ROOT / package) for package in PACKAGES)
    program = [sys.executable, "-m", "tests.operations.synthetic", str(payments)]
    run = subprocess.run(  # noqa: S603
        program, env={**os.environ, "PYTHONPATH": path}, cwd=ROOT, capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def test_eight_times_the_payments_need_no_more_memory() -> None:
    # Given the same buckets with ten thousand and with eighty thousand payments
    few, many = reconciled(10_000), reconciled(80_000)
    # Then all were compared, and the peak is well under the limit both times, and the same
    assert (many["payments"], many["buckets"], many["differing"]) == (80_000, few["buckets"], 0)
    assert many["peakMegabytes"] < 200
    assert many["peakMegabytes"] - few["peakMegabytes"] < 10
