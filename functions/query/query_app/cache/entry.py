"""A kept outcome as bytes: what it took to make, its instant, a line end, and the JSON object as it is answered.

That something is not there is an outcome too: it has `-` for its instant, and the error's sentence for the object.
"""

from common.errors import NotFound
from query_app.query import Answer

Outcome = Answer | NotFound

_NOT_THERE = b"-"


def pack(outcome: Outcome, cost_seconds: float) -> bytes:
    """The outcome and what it took; how fresh it is beyond its instant is said anew each time."""
    if isinstance(outcome, NotFound):
        as_of, content = _NOT_THERE, outcome.detail.encode()
    else:
        as_of, content = outcome.as_of.encode(), outcome.encoded
    return b"%d %b\n%b" % (cost_seconds * 1e6, as_of, content)


def unpack(data: bytes, level: str) -> Outcome:
    """The outcome, and which level it came from."""
    head, _, content = data.partition(b"\n")
    _, _, as_of = head.partition(b" ")
    if as_of == _NOT_THERE:
        return NotFound(content.decode())
    return Answer(content, as_of=as_of.decode(), cache=level)


def cost_of(data: bytes) -> float:
    """The seconds that it took to make."""
    return int(data[: data.index(b" ")]) / 1e6
