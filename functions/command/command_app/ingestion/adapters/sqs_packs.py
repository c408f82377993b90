"""The queue of packs in SQS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from common.edge.observability import logger, tracer

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsPackQueue:
    """`PackQueue` on one SQS queue. A call for each pack: two full ones do not fit into one."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, packs: Sequence[str]) -> Sequence[bool]:
        """Send; answers which arrived."""
        return [self._sent(pack) for pack in packs]

    def _sent(self, pack: str) -> bool:
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=pack, **tracer.onward())
        except (ClientError, BotoCoreError) as error:
            logger.warning("pack not sent", extra={"bytes": len(pack), "reason": type(error).__name__})
            return False
        return True
