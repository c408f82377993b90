"""Ends process groups when the process that started them is gone, however it went, even by SIGKILL.

A program of its own (`python guard.py`), standard library only. Standard input is a pipe from the owner: each line
names a group. The pipe's end means that the owner is gone; then every group named gets TERM and, after a grace, KILL.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 5.0


def main() -> None:
    """Read groups until the owner is gone, then end them."""
    groups = [int(line) for line in reversed(list(sys.stdin))]
    groups = _signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while groups and time.monotonic() < deadline:
        time.sleep(0.05)
        groups = _signal(groups, 0)
    _signal(groups, signal.SIGKILL)


def _signal(groups: Iterable[int], number: int) -> list[int]:
    """Signal groups (0 only looks); answer those that are still there."""
    there = []
    for group in groups:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):  # macOS says the latter when only zombies are left.
            continue
        there.append(group)
    return there


if __name__ == "__main__":
    main()
