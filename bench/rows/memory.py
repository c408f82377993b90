"""`main`, in a process of its own: one batch of 1,000 messages through the projector, then the peak in megabytes."""

import re
from pathlib import Path

from bench.rows.projector import sqs_event
from bench.world import context
from projector_app.payments_handler import lambda_handler


def main() -> None:
    """Say the most that this process ever held; getrusage would count what its parent held when it was forked."""
    batch = sqs_event("memory", 0)
    if lambda_handler(batch, context("projector", 512))["batchItemFailures"]:
        raise SystemExit("the projector gave messages back")
    [kibibytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(kibibytes) / 1024)  # noqa: T201
