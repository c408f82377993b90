"""What every adapter on DynamoDB makes of its errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from common.errors import EngineUnavailable, VersionConflict

_THROTTLED = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"})
_CONTENDED = "TransactionConflictException"
# Our own first try, which the SDK repeats, is still running: it may yet commit, so nobody may decide anew.
_UNKNOWN = "TransactionInProgressException"


@contextmanager
def translated() -> Iterator[None]:
    """Turn a DynamoDB that cannot answer now into a Retryable error; anything else is a defect and goes up."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == _CONTENDED:
            raise VersionConflict("Another call is writing the same payment.") from error
        if code == _UNKNOWN or code in _THROTTLED or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise EngineUnavailable(f"DynamoDB did not answer: {code}") from error
        raise
    except BotoCoreError as error:
        raise EngineUnavailable(f"DynamoDB did not answer: {type(error).__name__}") from error
