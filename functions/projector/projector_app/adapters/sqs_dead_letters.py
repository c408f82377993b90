"""Dead letters in SQS: the message as it was, with its reason beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from common.edge.observability import logger
from common.engines.sqs import calls
from projector_app.ports import Poison

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MAX_REASON = 500


class SqsDeadLetters:
    """`DeadLetters` on the queue's own dead-letter queue, where exhausted retries arrive too."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, poison: Sequence[Poison]) -> Sequence[Poison]:
        """Keep messages with their reasons; answers those that could not be kept."""
        return [each for batch in calls(poison, _size) for each in self._put_batch(batch)]

    def _put_batch(self, poison: Sequence[Poison]) -> Sequence[Poison]:
        entries = [_entry(number, each) for number, each in enumerate(poison)]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            logger.warning("dead letters not kept", extra={"messages": len(poison), "reason": type(error).__name__})
            return poison
        return [poison[int(failure["Id"])] for failure in answer.get("Failed", [])]


def _size(poison: Poison) -> int:
    return len(poison.message.body.encode()) + 4 * MAX_REASON + len(poison.message.message_id)


def _entry(number: int, poison: Poison) -> "SendMessageBatchRequestEntryTypeDef":
    # SQS refuses control characters, which an engine's reason may quote.
    reason = "".join(character if character.isprintable() else " " for character in poison.reason)[:MAX_REASON]
    return {
        "Id": str(number),
        "MessageBody": poison.message.body,
        "MessageAttributes": {
            "reason": {"DataType": "String", "StringValue": reason},
            "messageId": {"DataType": "String", "StringValue": poison.message.message_id},
        },
    }
