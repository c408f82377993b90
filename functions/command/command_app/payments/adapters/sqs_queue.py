"""The event queue in SQS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from command_app.payments.ports import Outgoing
from common.batches import batches
from common.edge.observability import logger
from common.engines.sqs import translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""What SQS takes in a call; ten of the largest events stay under its 256 KiB (a test proves it)."""


class SqsEventQueue:
    """`EventQueue` on one SQS queue."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """Send, ten a call; answers those that arrived. Raises EngineUnavailable when a call as a whole fails."""
        if len(events) == 1:
            with translated():
                self._client.send_message(QueueUrl=self._queue_url, MessageBody=events[0].body)
            return events
        return [event for batch in batches(events, BATCH) for event in self._send_batch(batch)]

    def _send_batch(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        entries = [{"Id": str(number), "MessageBody": event.body} for number, event in enumerate(events)]
        with translated():
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
        for failure in answer.get("Failed", []):
            logger.warning("event not sent", extra={"sk": events[int(failure["Id"])].sk, "reason": failure["Code"]})
        return [events[int(success["Id"])] for success in answer.get("Successful", [])]
