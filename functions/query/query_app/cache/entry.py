"""A kept answer as bytes: its instant, a line end, and the JSON object as it is answered."""

from query_app.query import Answer


def pack(answer: Answer) -> bytes:
    """The answer and its instant; how fresh it is beyond that is said anew each time."""
    return b"%b\n%b" % (answer.as_of.encode(), answer.encoded)


def unpack(data: bytes, level: str) -> Answer:
    """The answer, and which level it came from."""
    as_of, _, encoded = data.partition(b"\n")
    return Answer(encoded, as_of=as_of.decode(), cache=level)
