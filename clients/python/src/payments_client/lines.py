"""Anything that is sent as NDJSON, cut into calls of a size that the API takes."""

import json
from collections.abc import Iterable, Iterator, Mapping

from payments_client.parameters import text

MAX_LINES = 1_000

Line = bytes | Mapping[str, object]
"""A line of NDJSON as it is, or a mapping that becomes one."""


def calls(lines: Iterable[Line], max_bytes: int) -> Iterator[bytes]:
    """Bodies of as many lines as fit, in order; empty lines are passed over."""
    waiting: list[bytes] = []
    size = 0
    for line in filter(None, map(_encoded, lines)):
        if waiting and (len(waiting) == MAX_LINES or size + len(line) >= max_bytes):
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
