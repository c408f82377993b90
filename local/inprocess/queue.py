"""The SQS event source: takes messages from the queue to the function, as Lambda's pollers do."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from local.engines import REGION
from local.inprocess.runtime import MAX_PAYLOAD_BYTES, FunctionError, LambdaFunction
from local.template import QueueMapping

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef

_PER_CALL = 10
"""SQS's limit of messages a call."""
_WAIT_SECONDS = 1
_LOOK_AGAIN_SECONDS = 0.05
_FEW_SECONDS = 0.05
"""Until more have come, where a call found less than it takes: else each call would bring a message or two."""
# Ten more of SQS's larger messages, and the event's own JSON around them, still fit into Lambda's limit.
_ENOUGH_BYTES = MAX_PAYLOAD_BYTES // 3


class QueuePoller:
    """Reads one queue for one function.

    What the function fails on stays in the queue until its visibility timeout is over, and is then received again.
    """

    def __init__(self, sqs: "SQSClient", queue_url: str, mapping: QueueMapping, function: LambdaFunction) -> None:
        self._sqs = sqs
        self.queue_url = queue_url
        self._mapping = mapping
        self._function = function
        self._arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self._failed: dict[str, MessageTypeDef] = {}

    def run(self, stop: threading.Event) -> None:
        """Take batches to the function until `stop` is set; the next one is gathered while it works."""
        with ThreadPoolExecutor(1) as gathering:
            batch: list[MessageTypeDef] = []
            while not stop.is_set() or batch:
                upcoming = gathering.submit(self._gather, _WAIT_SECONDS) if not stop.is_set() else None
                self._process(batch)
                batch = upcoming.result() if upcoming else []

    def drain(self) -> int:
        """Take batches to the function until nothing is left but what it failed on; answer how many messages it got."""
        taken = 0
        while True:
            batch = self._gather(wait_seconds=0)
            if batch:
                taken += len(batch)
                self._process(batch)
            elif self._left() <= len(self._failed):
                return taken
            else:
                time.sleep(_LOOK_AGAIN_SECONDS)

    def release(self) -> None:
        """Give back what failed at once, as if its visibility timeout were over."""
        for ten in _tens(list(self._failed.values())):
            self._sqs.change_message_visibility_batch(
                QueueUrl=self.queue_url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                    for n, message in enumerate(ten)
                ],
            )
        self._failed.clear()

    def _gather(self, wait_seconds: int) -> "list[MessageTypeDef]":
        """Receive up to a batch: once there is a first message, for the window, or until no more are there."""
        batch: list[MessageTypeDef] = []
        size, deadline = 0, 0.0
        while len(batch) < self._mapping.batch_size and size < _ENOUGH_BYTES:
            received = self._sqs.receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=min(_PER_CALL, self._mapping.batch_size - len(batch)),
                WaitTimeSeconds=wait_seconds,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            batch += received
            size += sum(len(message["Body"].encode()) for message in received)
            deadline = deadline or time.monotonic() + self._mapping.window
            pause = _FEW_SECONDS if wait_seconds and len(received) < _PER_CALL else 0
            if not received or time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
        return batch

    def _process(self, batch: "Sequence[MessageTypeDef]") -> None:
        if not batch:
            return
        by_id = {message["MessageId"]: message for message in batch}
        failed = self._invoke(by_id)
        for ten in _tens([message for message_id, message in by_id.items() if message_id not in failed]):
            self._sqs.delete_message_batch(
                QueueUrl=self.queue_url,
                Entries=[{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(ten)],
            )
        for message_id, message in by_id.items():
            self._failed.pop(message_id, None)
            if message_id in failed:
                self._failed[message_id] = message

    def _invoke(self, batch: "dict[str, MessageTypeDef]") -> set[str]:
        """Give a batch to the function; answer the ids of the messages that it failed on."""
        try:
            answer = self._function.invoke({"Records": [self._record(message) for message in batch.values()]})
        except FunctionError:
            return set(batch)
        if not self._mapping.partial_failures or not answer:
            return set()
        failed = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or ()}
        # As on AWS: who names a message that is none of these may have meant any.
        return failed if failed <= batch.keys() else set(batch)

    def _record(self, message: "MessageTypeDef") -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }

    def _left(self) -> int:
        counts = self._sqs.get_queue_attributes(
            QueueUrl=self.queue_url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )["Attributes"]
        return sum(int(count) for count in counts.values())


def _attribute(value: "MessageAttributeValueOutputTypeDef") -> dict[str, Any]:
    return {
        "stringValue": value.get("StringValue"),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }


def _tens(messages: "list[MessageTypeDef]") -> "Iterator[list[MessageTypeDef]]":
    for start in range(0, len(messages), _PER_CALL):
        yield messages[start : start + _PER_CALL]
