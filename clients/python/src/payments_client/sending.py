"""Sending any number of log entries or points, compressed, in calls of a size that the API takes."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from payments_client.answers import Sent, SentEntry
from payments_client.connection import Connection
from payments_client.lines import Line, calls

MAX_BYTES = 1024 * 1024
"""Of one call, decompressed."""


@dataclass
class SendSummary:
    """What became of all entries so far."""

    accepted: int = 0
    rejected: int = 0
    failed: int = 0
    problems: list[SentEntry] = field(default_factory=list)
    """Those that were rejected or failed, counted from 1 over all that was sent."""

    def add(self, answer: Sent) -> None:
        """Count the answer to the next call."""
        before = self.accepted + self.rejected + self.failed
        self.problems += [
            each.model_copy(update={"entry": before + each.entry})
            for each in answer.results
            if each.outcome != "accepted"
        ]
        self.accepted += answer.accepted
        self.rejected += answer.rejected
        self.failed += answer.failed


def send_lines(
    api: Connection, address: str, lines: Iterable[Line], progress: Callable[[SendSummary], None] | None
) -> SendSummary:
    """Send all lines, a call after another. A call may be repeated: what was taken is known by its contents."""
    summary = SendSummary()
    for body in calls(lines, MAX_BYTES):
        headers = {"Content-Type": "application/gzip"}
        summary.add(api.command(Sent, "POST", address, content=gzip.compress(body), headers=headers))
        if progress:
            progress(summary)
    return summary
