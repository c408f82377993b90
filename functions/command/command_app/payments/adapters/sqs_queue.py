"""The event queue in SQS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from command_app.payments.ports import Outgoing
from common.edge.observability import logger, tracer
from common.engines.sqs import calls, translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsEventQueue:
    """`EventQueue` on one SQS queue."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """Send, in as few calls as can be; answers those that arrived. Raises EngineUnavailable when a call fails."""
        if len(events) == 1:
            with translated():
                self._client.send_message(QueueUrl=self._queue_url, MessageBody=events[0].body, **tracer.onward())
            return events
        # An event that tells a whole past may be a hundred times as large as others.
        some = calls(events, lambda event: len(event.body.encode()))
        return [event for batch in some for event in self._send_batch(batch)]

    def _send_batch(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        onward = tracer.onward()
        entries = [{"Id": str(number), "MessageBody": event.body, **onward} for number, event in enumerate(events)]
        with translated():
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
        for failure in answer.get("Failed", []):
            logger.warning("event not sent", extra={"sk": events[int(failure["Id"])].sk, "reason": failure["Code"]})
        return [events[int(success["Id"])] for success in answer.get("Successful", [])]
