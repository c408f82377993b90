"""Redis' protocol, RESP 2: commands as bytes, and replies out of them."""

from collections.abc import Sequence
from io import BufferedReader
from typing import Any

Part = bytes | str | int


class Refused(Exception):
    """An error as a reply; its first word says which."""


def packed(command: Sequence[Part]) -> bytes:
    """A command as it is sent."""
    parts = [b"*%d\r\n" % len(command)]
    for part in command:
        data = b"%d" % part if isinstance(part, int) else part if isinstance(part, bytes) else part.encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(parts)


def read(stream: BufferedReader) -> Any:  # noqa: ANN401  # each command has its own reply
    """The next reply: bytes, a number, None, a list of such, or Refused.

    Raises OSError if there is no whole one, ValueError for what is none.
    """
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionResetError("the cache hung up")
    kind, said = line[:1], line[1:-2]
    match kind:
        case b"+":
            return said
        case b"-":
            # It may quote what it refuses, and cut it anywhere.
            return Refused(said.decode(errors="backslashreplace"))
        case b":":
            return int(said)
        case b"$":
            return _bulk(stream, int(said))
        case b"*":
            return None if said == b"-1" else [read(stream) for _ in range(int(said))]
    raise ValueError(f"not a reply: {line[:20]!r}")


def _bulk(stream: BufferedReader, size: int) -> bytes | None:
    if size < 0:
        return None
    data = stream.read(size + 2)
    if len(data) < size + 2:
        raise ConnectionResetError("the cache hung up")
    return data[:-2]
