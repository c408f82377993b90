"""The queues of events and of packs and the dead letters on SQS, and the event queue's fake."""

from typing import TYPE_CHECKING, Protocol

import pytest

from command_app.ingestion.adapters.sqs_packs import SqsPackQueue
from command_app.payments.adapters.sqs_queue import SqsEventQueue
from command_app.payments.ports import EventQueue, Outgoing
from common.domain.instants import now
from common.domain.packs import MAX_ENTRY_BYTES, MAX_PACK_BYTES, Pack, encoded, packed
from common.errors import EngineUnavailable
from projector_app.adapters.sqs_dead_letters import SqsDeadLetters
from projector_app.ports import Message, Poison
from tests.builders import event_of, payment_state
from tests.fakes.event_queue import FakeEventQueue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef


def received(sqs: "SQSClient", queue_url: str) -> "list[MessageTypeDef]":
    messages: list[MessageTypeDef] = []
    while batch := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages"
    ):
        messages += batch
    return messages


class ReadableQueue(EventQueue, Protocol):
    def bodies(self) -> list[str]: ...


class ReadableFake(FakeEventQueue):
    def bodies(self) -> list[str]:
        return [event.body for event in self.arrived]


class ReadableSqs(SqsEventQueue):
    def bodies(self) -> list[str]:
        return [message["Body"] for message in received(self._client, self._queue_url)]


@pytest.fixture(params=["fake", "sqs"])
def queue(request: pytest.FixtureRequest) -> ReadableQueue:
    if request.param == "fake":
        return ReadableFake()
    return ReadableSqs(request.getfixturevalue("sqs"), request.getfixturevalue("queue_url"))


def outgoing(number: int, **fields: object) -> Outgoing:
    event = event_of(payment_state(payment_id=f"p{number}", **fields))
    return Outgoing(f"ORG#org-456#PAYMENT#p{number}", "EVENT#0000000001", event.to_json())


@pytest.mark.parametrize("size", [1, 2, 10, 11, 25])
def test_all_events_arrive_as_they_are(queue: ReadableQueue, size: int) -> None:
    events = [outgoing(number, description="Thé à la menthe \U0001f375") for number in range(size)]
    assert list(queue.send(events)) == events
    assert sorted(queue.bodies()) == sorted(event.body for event in events)


def test_ten_of_the_largest_events_fit_into_one_call(queue: ReadableQueue) -> None:
    large = {
        "description": "\U0001f600" * 1_000,
        "error": "\U0001f600" * 1_000,
        "refund_reason": "\U0001f600" * 1_000,
        "metadata": {"note": "x" * 8_000},
    }
    events = [outgoing(number, **large) for number in range(10)]
    assert list(queue.send(events)) == events
    assert sum(len(event.body.encode()) for event in events) < 256 * 1024


def test_events_that_tell_a_long_past_go_in_calls_that_sqs_takes(queue: ReadableQueue) -> None:
    # Given erasures of payments that changed very often, among small events: ten of them are more than SQS takes
    past = [{"refundAmount": f"{number}.00", "updatedAt": "2026-01-01T00:00:00.000Z"} for number in range(1_000)]
    events = [outgoing(number) for number in range(12)]
    for number in range(12, 24):
        event = event_of(payment_state(payment_id=f"p{number}"), "PaymentErased", previous=tuple(past))
        events.append(Outgoing(f"ORG#org-456#PAYMENT#p{number}", "EVENT#0000000001", event.to_json()))
    assert sum(len(event.body) for event in events[-10:]) > 256 * 1024

    # When all are sent, then all arrive: a call that is refused as a whole would keep its marks for good
    assert list(queue.send(events)) == events
    assert sorted(queue.bodies()) == sorted(event.body for event in events)


def test_a_queue_that_is_not_there_is_unavailable(sqs: "SQSClient") -> None:
    gone = sqs.create_queue(QueueName="contract-gone")["QueueUrl"]
    sqs.delete_queue(QueueUrl=gone)
    for size in (1, 2):
        with pytest.raises(EngineUnavailable, match="SQS did not answer"):
            SqsEventQueue(sqs, gone).send([outgoing(number) for number in range(size)])


def test_dead_letters_keep_their_reason(sqs: "SQSClient", queue_url: str) -> None:
    poison = [Poison(Message(f"m{number}", f'{{"n":{number}}}'), "bad\x00field " + "x" * 900) for number in range(12)]

    assert SqsDeadLetters(sqs, queue_url).put(poison) == []

    kept = {message["Body"]: message["MessageAttributes"] for message in received(sqs, queue_url)}
    assert kept.keys() == {each.message.body for each in poison}
    reason = kept['{"n":7}']["reason"]["StringValue"]
    assert reason.startswith("bad field xxx")
    assert len(reason) == 500
    assert kept['{"n":7}']["messageId"]["StringValue"] == "m7"


def test_large_dead_letters_go_in_calls_that_sqs_takes(sqs: "SQSClient", queue_url: str) -> None:
    # Given packs that are each almost as large as a message may be, with reasons of four bytes a character
    poison = [Poison(Message(f"m{n}", f"{n}" * (MAX_PACK_BYTES - 10)), "\U0001f600" * 900) for n in range(3)]

    # When they are put aside, then all are kept
    assert SqsDeadLetters(sqs, queue_url).put(poison) == []
    assert sorted(message["Body"][0] for message in received(sqs, queue_url)) == ["0", "1", "2"]


def test_dead_letters_that_cannot_be_kept_are_said(sqs: "SQSClient") -> None:
    gone = sqs.create_queue(QueueName="contract-gone-letters")["QueueUrl"]
    sqs.delete_queue(QueueUrl=gone)
    poison = [Poison(Message("m1", "{}"), "bad")]
    assert SqsDeadLetters(sqs, gone).put(poison) == poison


def test_the_largest_pack_arrives_as_it_is(sqs: "SQSClient", queue_url: str) -> None:
    envelope = Pack(organization_id="org-456", correlation_id="c", received_at=now())
    entry = encoded({"id": "e1", "message": "\uffff\x00\U0001f600" + "x" * (MAX_ENTRY_BYTES - 100)})
    packs = [pack for pack, _ in packed(envelope, [entry] * 7)]

    assert SqsPackQueue(sqs, queue_url).send(packs) == [True] * len(packs)

    assert len(packs) > 1
    assert sorted(message["Body"] for message in received(sqs, queue_url)) == sorted(packs)


def test_packs_that_a_queue_does_not_take_are_said(sqs: "SQSClient") -> None:
    gone = sqs.create_queue(QueueName="contract-gone-packs")["QueueUrl"]
    sqs.delete_queue(QueueUrl=gone)
    assert SqsPackQueue(sqs, gone).send(["{}"]) == [False]
