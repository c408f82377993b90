"""A kept answer as bytes."""

import orjson

from query_app.query import Answer


def pack(answer: Answer) -> bytes:
    """The answer and its instant; how fresh it is beyond that is said anew each time."""
    return orjson.dumps({"asOf": answer.as_of, "body": answer.body})


def unpack(data: bytes, level: str) -> Answer:
    """The answer, and which level it came from."""
    raw = orjson.loads(data)
    return Answer(raw["body"], as_of=raw["asOf"], cache=level)
