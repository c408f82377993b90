"""When the event queue was last seen empty, noted in Redis."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from common.cache.connection import Cache, CacheError
from common.cache.keys import empty_key
from common.edge.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeFilterType

CONTEXT = "payments"

_COUNTS: "list[QueueAttributeFilterType]" = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class RedisQueueWatch:
    """`QueueWatch`: as exact as SQS counts, and an older note stays when nothing can be said."""

    def __init__(self, sqs: "SQSClient", queue_url: str, cache: Cache, clock_ms: Callable[[], int] = _now_ms) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._cache = cache
        self._clock_ms = clock_ms

    def look(self) -> None:
        """Note the instant if the queue is empty at it."""
        at_ms = self._clock_ms()
        try:
            counts = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=_COUNTS)["Attributes"]
            if not any(map(int, counts.values())):
                self._cache.call("SET", empty_key(CONTEXT), at_ms)
        except (BotoCoreError, ClientError, CacheError) as error:
            logger.warning("queue not looked at", extra={"reason": type(error).__name__})
