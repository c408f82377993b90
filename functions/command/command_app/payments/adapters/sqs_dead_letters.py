"""Dead letters of erased payments, deleted from SQS."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from common.engines.dead_letters import MAX_LETTERS, LeasedLetters

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LEASE_SECONDS = 60
"""Longer than the function may run."""


class SqsDeadLetters:
    """`DeadLetters` on the dead letter queue."""

    def __init__(self, client: "SQSClient", dlq_url: str, poll_seconds: int = 1) -> None:
        self._letters = LeasedLetters(client, dlq_url, poll_seconds, LEASE_SECONDS)

    def remove(self, superseded: Callable[[str, str, int], bool], deadline: float) -> bool:
        """Look at all letters under a lease; see `DeadLetters`."""
        with self._letters.leased(deadline) as letters:
            for letter in letters:
                if time.monotonic() > deadline:
                    return False
                if letter.organization_id is None or letter.aggregate_id is None or letter.version is None:
                    continue
                if superseded(letter.organization_id, letter.aggregate_id, letter.version):
                    self._letters.delete([letter])
            return time.monotonic() <= deadline and len(letters) < MAX_LETTERS
