"""What every adapter on SQS, or on SNS, makes of its errors, and what SQS takes in a call."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from common.batches import batches, weighed
from common.errors import EngineUnavailable

T = TypeVar("T")

MAX_CALL = 10
MAX_CALL_BYTES = 250_000
"""Of all messages of a call together, with some room under the 256 KiB."""


def calls(messages: Iterable[T], size: Callable[[T], int]) -> Iterator[Sequence[T]]:
    """Runs, in order, that a call takes each; `size` is a message's in bytes, its attributes included."""
    for some in weighed(messages, size, MAX_CALL_BYTES):
        yield from batches(some, MAX_CALL)


@contextmanager
def translated(engine: str = "SQS") -> Iterator[None]:
    """Turn an engine that does not do it into EngineUnavailable: whoever sends or asks can only try again."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise EngineUnavailable(f"{engine} did not answer: {type(error).__name__}") from error
