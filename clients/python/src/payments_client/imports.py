"""Importing any number of payments, in calls of a size that the API takes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from payments_client.answers import Imported, ImportedLine
from payments_client.lines import Line, calls

MAX_BYTES = 4_000_000
"""Of one call: API Gateway hands the body to a function in base64, which may take 6 MB."""


@dataclass
class ImportSummary:
    """What became of all lines so far."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    rejections: list[ImportedLine] = field(default_factory=list)
    """The lines that were rejected, counted from 1 over the whole import."""

    @property
    def lines(self) -> int:
        """How many were answered."""
        return self.accepted + self.duplicates + self.rejected

    def add(self, answer: Imported) -> None:
        """Count the answer to the next call."""
        before = self.lines
        self.rejections += [
            each.model_copy(update={"line": before + each.line})
            for each in answer.results
            if each.outcome == "rejected"
        ]
        self.accepted += answer.accepted
        self.duplicates += answer.duplicates
        self.rejected += answer.rejected


def import_lines(
    lines: Iterable[Line], send: Callable[[bytes, int], Imported], progress: Callable[[ImportSummary], None] | None
) -> ImportSummary:
    """Send all lines, a call after another; `send` gets each call's body and number."""
    summary = ImportSummary()
    for number, body in enumerate(calls(lines, MAX_BYTES), start=1):
        summary.add(send(body, number))
        if progress:
            progress(summary)
    return summary
