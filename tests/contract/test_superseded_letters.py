"""Removing dead letters that newer events supersede: SQS and its fake keep the same promises."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from command_app.payments.adapters.sqs_dead_letters import SqsDeadLetters
from command_app.payments.ports import DeadLetters
from common.engines.dead_letters import LeasedLetters
from common.errors import EngineUnavailable
from tests.builders import event_of, payment_state
from tests.fakes.dead_letters import FakeSupersededLetters

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

A_WHILE = 60.0


@dataclass(frozen=True)
class Subject:
    """The letters p1 at versions 1 and 2 and p2 at version 1, all of org-456."""

    letters: DeadLetters
    left: Callable[[], list[tuple[str | None, int | None]]]


@pytest.fixture
def real(sqs: "SQSClient", queue_url: str) -> Subject:
    for payment_id, version in (("p1", 1), ("p2", 1), ("p1", 2)):
        body = event_of(payment_state(payment_id=payment_id, version=version)).to_json()
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)

    def left() -> list[tuple[str | None, int | None]]:
        with LeasedLetters(sqs, queue_url, poll_seconds=0).leased() as letters:
            return sorted((letter.aggregate_id, letter.version) for letter in letters)

    return Subject(SqsDeadLetters(sqs, queue_url, poll_seconds=0), left)


@pytest.fixture
def fake() -> Subject:
    letters = FakeSupersededLetters(("org-456", "p1", 1), ("org-456", "p2", 1), ("org-456", "p1", 2))
    return Subject(letters, lambda: sorted((payment_id, version) for _, payment_id, version in letters.letters))


@pytest.fixture(params=["real", "fake"])
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.getfixturevalue(request.param)
    return found


def test_what_is_superseded_goes_and_the_rest_stays(subject: Subject) -> None:
    asked: list[tuple[str, str, int]] = []

    def superseded(*letter: object) -> bool:
        asked.append(letter)  # type: ignore[arg-type]
        return letter == ("org-456", "p1", 1)

    assert subject.letters.remove(superseded, time.monotonic() + A_WHILE)
    assert sorted(asked) == [("org-456", "p1", 1), ("org-456", "p1", 2), ("org-456", "p2", 1)]
    assert subject.left() == [("p1", 2), ("p2", 1)]


def test_when_there_is_no_time_nothing_is_removed_and_it_says_so(subject: Subject) -> None:
    assert not subject.letters.remove(lambda *_: True, time.monotonic() - 1)
    assert len(subject.left()) == 3


def test_what_cannot_be_read_stays(sqs: "SQSClient", queue_url: str) -> None:
    for body in ("not an event", "[]", '{"organizationId": "org-456", "aggregateVersion": "1"}'):
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    letters = SqsDeadLetters(sqs, queue_url, poll_seconds=0)
    assert letters.remove(lambda *_: True, time.monotonic() + A_WHILE)
    with LeasedLetters(sqs, queue_url, poll_seconds=0).leased() as left:
        assert len(left) == 3


def test_a_queue_that_is_not_there_is_said(sqs: "SQSClient") -> None:
    gone = sqs.create_queue(QueueName=f"contract-gone-{uuid.uuid4().hex[:12]}")["QueueUrl"]
    sqs.delete_queue(QueueUrl=gone)
    with pytest.raises(EngineUnavailable):
        SqsDeadLetters(sqs, gone, poll_seconds=0).remove(lambda *_: True, time.monotonic() + A_WHILE)
