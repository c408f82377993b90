"""What a fresh process holds at a full batch."""

import subprocess
import sys
from collections.abc import Sequence

from bench.harness import Figure, Limit
from bench.world import World
from local.places import ROOT


def measure_memory(_: World) -> Sequence[Figure]:
    """The most that a projector's process holds while it takes a batch."""
    argv = [sys.executable, "-c", "from bench.rows.memory import main; main()"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr)
    peak = float(done.stdout.splitlines()[-1])
    return [Figure("projector memory", "MB", peak, Limit(192, 128), "peak of the process at 1,000 messages")]
