"""Dead letters on SQS: looking loses and hides nothing, and what is sent back goes in order and once."""

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from common.engines.dead_letters import EXHAUSTED
from common.errors import EngineUnavailable
from local.inprocess.resources import create_queue
from operations_app.redrive import DeadLetterQueue, Selection
from projector_app.adapters.sqs_dead_letters import SqsDeadLetters
from projector_app.ports import Message, Poison
from tests.builders import event_of, payment_state

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def dlq_url(sqs: "SQSClient") -> Iterator[str]:
    url = create_queue(sqs, {"VisibilityTimeout": 30}, f"contract-dlq-{uuid.uuid4().hex[:12]}").url
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def letters(sqs: "SQSClient", dlq_url: str, queue_url: str) -> DeadLetterQueue:
    return DeadLetterQueue(sqs, dlq_url, queue_url, poll_seconds=0)


def body(payment_id: str, version: int, organization_id: str = "org-456", event_type: str = "PaymentProcessed") -> str:
    state = payment_state(payment_id=payment_id, organization_id=organization_id, version=version)
    return event_of(state, event_type).to_json()


def died(sqs: "SQSClient", dlq_url: str, *bodies: str) -> None:
    """Given messages that the queue gave up on."""
    for each in bodies:
        sqs.send_message(QueueUrl=dlq_url, MessageBody=each)


def arrived(sqs: "SQSClient", queue_url: str) -> list[str]:
    bodies: list[str] = []
    while batch := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in batch]
    return bodies


def waiting(letters: DeadLetterQueue) -> list[str]:
    """The payments whose letters somebody who looks now sees; - for what is no event."""
    with letters.leased() as seen:
        return sorted(letter.aggregate_id or "-" for letter in seen)


def test_who_dies_while_looking_hides_letters_no_longer_than_the_lease(
    sqs: "SQSClient", dlq_url: str, queue_url: str, letters: DeadLetterQueue
) -> None:
    # Given a letter that somebody looks at who never gives it back
    died(sqs, dlq_url, body("p1", 1))
    dying = DeadLetterQueue(sqs, dlq_url, queue_url, poll_seconds=0, lease_seconds=2).leased()
    assert len(dying.__enter__()) == 1

    # Then others see it as soon as the lease is over
    assert waiting(letters) == []
    deadline = time.monotonic() + 10
    while not waiting(letters):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_letter_says_why_it_is_there_and_what_it_is(sqs: "SQSClient", dlq_url: str, letters: DeadLetterQueue) -> None:
    # Given one that the projector refused, one that the queue gave up on, and one that is no event
    SqsDeadLetters(sqs, dlq_url).put([Poison(Message("m1", body("p1", 2)), "field amount is missing")])
    died(sqs, dlq_url, body("p2", 1, "org-789", "PaymentRequested"), "not JSON")

    with letters.leased() as seen:
        by_aggregate = {letter.aggregate_id: letter for letter in seen}

    refused, exhausted, unreadable = by_aggregate["p1"], by_aggregate["p2"], by_aggregate[None]
    assert refused.reason == "field amount is missing"
    assert (refused.type, refused.organization_id, refused.version) == ("PaymentProcessed", "org-456", 2)
    assert exhausted.reason == unreadable.reason == EXHAUSTED
    assert (exhausted.type, exhausted.organization_id, exhausted.receives) == ("PaymentRequested", "org-789", 1)
    assert (unreadable.type, unreadable.organization_id, unreadable.version) == (None, None, None)
    assert letters.count() == 3


def test_looking_loses_and_hides_nothing(sqs: "SQSClient", dlq_url: str, letters: DeadLetterQueue) -> None:
    died(sqs, dlq_url, *(body(f"p{number:02}", 1) for number in range(23)))
    everything = [f"p{number:02}" for number in range(23)]
    assert waiting(letters) == everything
    assert waiting(letters) == everything


def test_who_looks_and_fails_gives_them_back_too(sqs: "SQSClient", dlq_url: str, letters: DeadLetterQueue) -> None:
    died(sqs, dlq_url, body("p1", 1))
    with pytest.raises(KeyboardInterrupt), letters.leased():
        raise KeyboardInterrupt
    assert waiting(letters) == ["p1"]


def test_two_operators_never_work_on_the_same_letter(sqs: "SQSClient", dlq_url: str, letters: DeadLetterQueue) -> None:
    died(sqs, dlq_url, body("p1", 1), body("p2", 1))
    with letters.leased() as mine:
        assert len(mine) == 2
        assert waiting(letters) == []


def test_what_is_sent_back_goes_by_version_and_leaves_the_dead_letters(
    sqs: "SQSClient", dlq_url: str, queue_url: str, letters: DeadLetterQueue
) -> None:
    # Given letters of two payments in disorder, and one that is no event
    versions = [9, 2, 11, 4, 1, 10, 3]
    died(sqs, dlq_url, "not JSON", *(body(payment_id, each) for each in versions for payment_id in ("p1", "p2")))

    with letters.leased() as leased:
        redriven = letters.redrive(leased)

    bodies = arrived(sqs, queue_url)
    assert (redriven.sent, list(redriven.kept)) == (15, [])
    assert sorted(bodies) == sorted(["not JSON", *(body(p, each) for each in versions for p in ("p1", "p2"))])
    assert waiting(letters) == []


def test_the_order_is_by_version_within_each_payment(sqs: "SQSClient", dlq_url: str, queue_url: str) -> None:
    # Given a queue that writes down what it is sent
    class Recording:
        def __init__(self) -> None:
            self.sent: list[str] = []

        def __getattr__(self, name: str) -> object:
            return getattr(sqs, name)

        def send_message_batch(self, **request: list[dict[str, str]]) -> object:
            self.sent += [entry["MessageBody"] for entry in request["Entries"]]
            return sqs.send_message_batch(**request)  # type: ignore[arg-type]

    recording = Recording()
    letters = DeadLetterQueue(recording, dlq_url, queue_url, poll_seconds=0)  # type: ignore[arg-type]
    died(sqs, dlq_url, "not JSON", *(body(payment_id, each) for each in (11, 2, 1) for payment_id in ("p2", "p1")))

    with letters.leased() as leased:
        letters.redrive(leased)

    assert recording.sent == [*(body(p, each) for p in ("p1", "p2") for each in (1, 2, 11)), "not JSON"]


def test_large_letters_go_in_calls_that_sqs_takes(
    sqs: "SQSClient", dlq_url: str, queue_url: str, letters: DeadLetterQueue
) -> None:
    large = ["é" * 60_000 + str(number) for number in range(5)]
    died(sqs, dlq_url, *large)
    with letters.leased() as leased:
        assert letters.redrive(leased).sent == 5
    assert sorted(arrived(sqs, queue_url)) == large


def test_a_filter_leaves_the_others_where_they_are(
    sqs: "SQSClient", dlq_url: str, queue_url: str, letters: DeadLetterQueue
) -> None:
    died(sqs, dlq_url, body("p1", 1), body("p2", 1, "org-789"), body("p3", 2, event_type="PaymentRefunded"), "[]")
    with letters.leased() as leased:
        letters.redrive(Selection(organization_id="org-789").of(leased))
        letters.delete(Selection(type="PaymentRefunded").of(leased))
        one = Selection(id_prefix=leased[0].message_id[:8]).of(leased)
    assert arrived(sqs, queue_url) == [body("p2", 1, "org-789")]
    assert one == [leased[0]]
    assert waiting(letters) == ["-", "p1"]


def test_an_event_queue_that_is_gone_leaves_every_letter(
    sqs: "SQSClient", dlq_url: str, letters: DeadLetterQueue
) -> None:
    gone = sqs.create_queue(QueueName=f"contract-gone-{uuid.uuid4().hex[:12]}")["QueueUrl"]
    sqs.delete_queue(QueueUrl=gone)
    died(sqs, dlq_url, body("p1", 1), body("p2", 1))
    broken = DeadLetterQueue(sqs, dlq_url, gone, poll_seconds=0)
    with pytest.raises(EngineUnavailable, match="SQS did not answer"), broken.leased() as leased:
        broken.redrive(leased)
    assert waiting(letters) == ["p1", "p2"]


def test_a_letter_that_the_event_queue_refuses_is_kept_and_said(
    sqs: "SQSClient", dlq_url: str, queue_url: str, letters: DeadLetterQueue
) -> None:
    # Given a queue that refuses the first of a call
    class Refusing:
        def __getattr__(self, name: str) -> object:
            return getattr(sqs, name)

        def send_message_batch(self, **request: list[dict[str, str]]) -> object:
            request["Entries"] = request["Entries"][1:]
            return sqs.send_message_batch(**request) | {"Failed": [{"Id": "0"}]}  # type: ignore[arg-type]

    died(sqs, dlq_url, body("p1", 1), body("p2", 1))
    refusing = DeadLetterQueue(Refusing(), dlq_url, queue_url, poll_seconds=0)  # type: ignore[arg-type]
    with refusing.leased() as leased:
        redriven = refusing.redrive(leased)

    assert (redriven.sent, [letter.aggregate_id for letter in redriven.kept]) == (1, ["p1"])
    assert waiting(letters) == ["p1"]
    assert arrived(sqs, queue_url) == [body("p2", 1)]


def test_who_dies_between_sending_and_deleting_sends_twice_and_loses_nothing(
    sqs: "SQSClient", dlq_url: str, queue_url: str, letters: DeadLetterQueue
) -> None:
    # Given a client that dies before it deletes
    class Dying:
        def __getattr__(self, name: str) -> object:
            return getattr(sqs, name)

        def delete_message_batch(self, **request: object) -> object:
            raise KeyboardInterrupt

    died(sqs, dlq_url, body("p1", 1))
    dying = DeadLetterQueue(Dying(), dlq_url, queue_url, poll_seconds=0)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt), dying.leased() as leased:
        dying.redrive(leased)

    # When the command is run again
    with letters.leased() as leased:
        assert letters.redrive(leased).sent == 1

    # Then the event comes twice, which versions make harmless, and no letter is left
    assert arrived(sqs, queue_url) == [body("p1", 1)] * 2
    assert waiting(letters) == []
