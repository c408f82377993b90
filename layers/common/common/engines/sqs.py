"""What every adapter on SQS, or on SNS, makes of its errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from common.errors import EngineUnavailable


@contextmanager
def translated(engine: str = "SQS") -> Iterator[None]:
    """Turn an engine that does not do it into EngineUnavailable: whoever sends or asks can only try again."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise EngineUnavailable(f"{engine} did not answer: {type(error).__name__}") from error
