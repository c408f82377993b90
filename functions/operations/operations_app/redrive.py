"""Dead letters chosen, and sent back in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.engines.dead_letters import LEASE_SECONDS, DeadLetter, LeasedLetters
from common.engines.sqs import calls, translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Selection:
    """Which letters are meant; None means any. A message is named by the beginning of its id."""

    type: str | None = None
    organization_id: str | None = None
    id_prefix: str | None = None

    def of(self, letters: Iterable[DeadLetter]) -> list[DeadLetter]:
        """Those that match."""
        return [letter for letter in letters if self._takes(letter)]

    def _takes(self, letter: DeadLetter) -> bool:
        return (
            self.type in (None, letter.type)
            and self.organization_id in (None, letter.organization_id)
            and letter.message_id.startswith(self.id_prefix or "")
        )


@dataclass(frozen=True)
class Redriven:
    """How many letters went back to the event queue, and those that stay because it did not take them."""

    sent: int
    kept: Sequence[DeadLetter]


def in_order(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """By aggregate, its versions ascending; what has none goes last."""

    def place(letter: DeadLetter) -> tuple[bool, str, str, int]:
        unknown = letter.aggregate_id is None or letter.version is None
        return unknown, letter.organization_id or "", letter.aggregate_id or "", letter.version or 0

    return sorted(letters, key=place)


class DeadLetterQueue(LeasedLetters):
    """A dead letter queue, and the event queue that it belongs to. Every call raises EngineUnavailable."""

    def __init__(
        self,
        client: "SQSClient",
        dlq_url: str,
        queue_url: str,
        poll_seconds: int = 1,
        lease_seconds: int = LEASE_SECONDS,
    ) -> None:
        """A poll of at least a second asks all of a queue's servers; who dies hides what it looked at for the lease."""
        super().__init__(client, dlq_url, poll_seconds, lease_seconds)
        self._queue_url = queue_url

    def redrive(self, letters: Sequence[DeadLetter]) -> Redriven:
        """Send letters back to the event queue, an aggregate's versions in order, each deleted once it was sent.

        At least once: who dies in between leaves a letter that was sent already, which the projector's versions make
        harmless.
        """
        sent = 0
        kept: list[DeadLetter] = []
        for batch in calls(in_order(letters), lambda letter: len(letter.body.encode())):
            with translated():
                answer = self._client.send_message_batch(
                    QueueUrl=self._queue_url,
                    Entries=[{"Id": str(number), "MessageBody": each.body} for number, each in enumerate(batch)],
                )
            refused = {int(failure["Id"]) for failure in answer.get("Failed", [])}
            arrived = [letter for number, letter in enumerate(batch) if number not in refused]
            kept += [letter for number, letter in enumerate(batch) if number in refused]
            self.delete(arrived)
            sent += len(arrived)
        return Redriven(sent, kept)
