"""The dead letters of a queue: read under a lease, given back, or deleted."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from common.batches import batches
from common.engines.sqs import translated
from common.errors import EngineUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

EXHAUSTED = "retries exhausted"
"""The reason of a letter that the queue itself gave up on; the projector names its own."""

LEASE_SECONDS = 900
"""How long letters stay hidden from others should this process be killed while it works on them."""
MAX_LETTERS = 10_000
"""Read at a time; run a command again for the rest."""
BATCH = 10


@dataclass(frozen=True)
class DeadLetter:
    """A message as it was sent, and what can be said of it; a body that is no event has no type, aggregate or version.

    `receives` counts deliveries, those to an operator who looks included.
    """

    message_id: str
    receipt: str = field(repr=False)
    body: str = field(repr=False)
    reason: str
    sent_at: datetime
    receives: int
    type: str | None
    organization_id: str | None
    aggregate_id: str | None
    version: int | None


def letter_of(message: "MessageTypeDef") -> DeadLetter:
    """Read what can be read."""
    event = _event(message["Body"])
    attributes = message["Attributes"]
    named = message.get("MessageAttributes", {}).get("reason")
    version = event.get("aggregateVersion")
    return DeadLetter(
        message_id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        reason=named["StringValue"] if named else EXHAUSTED,
        sent_at=datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC),
        receives=int(attributes["ApproximateReceiveCount"]),
        type=_text(event.get("type")),
        organization_id=_text(event.get("organizationId")),
        aggregate_id=_text(event.get("aggregateId")),
        version=version if isinstance(version, int) else None,
    )


class LeasedLetters:
    """A dead letter queue. Every call raises EngineUnavailable."""

    def __init__(
        self, client: "SQSClient", dlq_url: str, poll_seconds: int = 1, lease_seconds: int = LEASE_SECONDS
    ) -> None:
        """A poll of at least a second asks all of a queue's servers."""
        self._client = client
        self._dlq_url = dlq_url
        self._poll_seconds = poll_seconds
        self._lease_seconds = lease_seconds

    def count(self) -> int:
        """About how many letters there are, those that somebody works on included."""
        with translated():
            counts = self._client.get_queue_attributes(
                QueueUrl=self._dlq_url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )["Attributes"]
        return sum(map(int, counts.values()))

    @contextmanager
    def leased(self, deadline: float = math.inf) -> Iterator[Sequence[DeadLetter]]:
        """Up to MAX_LETTERS letters, hidden from others inside the block; those still there are given back after it.

        No more are received after the deadline, by `time.monotonic()`.
        """
        letters: dict[str, DeadLetter] = {}
        try:
            self._receive(letters, deadline)
            yield list(letters.values())
        finally:
            self._give_back(list(letters.values()))

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete for good."""
        for batch in batches(letters, BATCH):
            with translated():
                answer = self._client.delete_message_batch(
                    QueueUrl=self._dlq_url,
                    Entries=[{"Id": str(number), "ReceiptHandle": each.receipt} for number, each in enumerate(batch)],
                )
            if answer.get("Failed"):
                raise EngineUnavailable(f"SQS kept {len(answer['Failed'])} dead letters; run the command again.")

    def _receive(self, letters: dict[str, DeadLetter], deadline: float) -> None:
        """Fill `letters` until nothing more comes."""
        while len(letters) < MAX_LETTERS and time.monotonic() < deadline:
            with translated():
                received = self._client.receive_message(
                    QueueUrl=self._dlq_url,
                    MaxNumberOfMessages=BATCH,
                    WaitTimeSeconds=self._poll_seconds,
                    VisibilityTimeout=self._lease_seconds,
                    MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
                    MessageAttributeNames=["reason"],
                ).get("Messages", [])
            if not received:
                return
            letters.update((message["MessageId"], letter_of(message)) for message in received)

    def _give_back(self, letters: Sequence[DeadLetter]) -> None:
        for batch in batches(letters, BATCH):
            # A letter that was deleted meanwhile is a failed entry of the answer, and is meant to be.
            with translated():
                self._client.change_message_visibility_batch(
                    QueueUrl=self._dlq_url,
                    Entries=[
                        {"Id": str(number), "ReceiptHandle": each.receipt, "VisibilityTimeout": 0}
                        for number, each in enumerate(batch)
                    ],
                )


def _event(body: str) -> Mapping[str, Any]:
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return event if isinstance(event, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
