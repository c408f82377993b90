"""Importing any number of payments, in calls of a size that the API takes."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from payments_client.answers import Imported, ImportedLine
from payments_client.parameters import text

MAX_LINES = 1_000
MAX_BYTES = 4_000_000
"""Of one call: API Gateway hands the body to a function in base64, which may take 6 MB."""

Line = bytes | Mapping[str, object]
"""A line of NDJSON as it is, or the payment as a mapping: paymentId, userId, amount, currency, description, ..."""


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
    for number, body in enumerate(_calls(lines), start=1):
        summary.add(send(body, number))
        if progress:
            progress(summary)
    return summary


def _calls(lines: Iterable[Line]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for line in filter(None, map(_encoded, lines)):
        if waiting and (len(waiting) == MAX_LINES or size + len(line) >= MAX_BYTES):
            yield b"\n".join(waiting)
            waiting, size = [], 0
        waiting.append(line)
        size += len(line) + 1
    if waiting:
        yield b"\n".join(waiting)


def _encoded(line: Line) -> bytes:
    if isinstance(line, bytes):
        return line.strip()
    return json.dumps(line, default=text, ensure_ascii=False).encode()
