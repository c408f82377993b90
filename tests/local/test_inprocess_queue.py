"""The queue's way to its function: batches, partial failures, redelivery and the dead letter queue."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.utilities.data_classes import SQSEvent

from local.inprocess.queue import QueuePoller
from local.inprocess.resources import Queue, create_queue
from local.inprocess.runtime import Handler, LambdaFunction
from local.template import Function, QueueMapping

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

FUNCTION = Function("Projector", "no.handler", timeout=3, memory=128)
MAPPING = QueueMapping("Projector", "EventQueue", batch_size=25, window=1, partial_failures=True)


@pytest.fixture
def dead_letters(sqs: "SQSClient") -> Iterator[Queue]:
    queue = create_queue(sqs, {}, f"dead-letters-{uuid.uuid4()}")
    yield queue
    sqs.delete_queue(QueueUrl=queue.url)


@pytest.fixture
def queue(sqs: "SQSClient", dead_letters: Queue) -> Iterator[Queue]:
    redrive = {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": 3}
    properties = {"VisibilityTimeout": 60, "RedrivePolicy": redrive}
    queue = create_queue(sqs, properties, f"events-{uuid.uuid4()}")
    yield queue
    sqs.delete_queue(QueueUrl=queue.url)


class Recorder:
    """A handler that keeps what it gets, and fails where it is told to."""

    def __init__(self, answer: Callable[[list[dict[str, Any]]], object] = lambda _: None) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self._answer = answer

    def __call__(self, event: dict[str, Any], _: object) -> object:
        self.batches.append(event["Records"])
        return self._answer(event["Records"])

    @property
    def bodies(self) -> list[str]:
        return [record["body"] for batch in self.batches for record in batch]


def poller(sqs: "SQSClient", queue: Queue, handler: Handler, mapping: QueueMapping = MAPPING) -> QueuePoller:
    return QueuePoller(sqs, queue.url, mapping, LambdaFunction(FUNCTION, handler))


def send(sqs: "SQSClient", queue: Queue, *bodies: str) -> None:
    for body in bodies:
        attributes: dict[str, Any] = {"trail": {"DataType": "String", "StringValue": "t-1"}}
        sqs.send_message(QueueUrl=queue.url, MessageBody=body, MessageAttributes=attributes)


def count(sqs: "SQSClient", queue: Queue) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(map(int, sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)["Attributes"].values()))


def poisoned(records: list[dict[str, Any]]) -> object:
    bad = [record["messageId"] for record in records if record["body"] == "poison"]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in bad]}


def breaks(_: list[dict[str, Any]]) -> object:
    raise RuntimeError("a defect")


def test_messages_come_in_batches_and_are_gone_afterwards(sqs: "SQSClient", queue: Queue) -> None:
    # Given more messages than one batch, and many more than SQS gives in one call
    sent = [f"event {number}" for number in range(30)]
    send(sqs, queue, *sent)
    # When the queue is drained
    handler = Recorder()
    drained = poller(sqs, queue, handler).drain()
    # Then each came once, and no batch was larger than the mapping says
    assert (drained, sorted(handler.bodies), count(sqs, queue)) == (30, sorted(sent), 0)
    assert max(map(len, handler.batches)) == 25


def test_a_message_has_the_shape_of_aws(sqs: "SQSClient", queue: Queue) -> None:
    send(sqs, queue, "hello")
    handler = Recorder()
    poller(sqs, queue, handler).drain()
    [[record]] = handler.batches
    assert record.keys() == {
        "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody", "eventSource",
        "eventSourceARN", "awsRegion",
    }  # fmt: skip
    assert {"ApproximateReceiveCount", "SentTimestamp", "SenderId"} <= record["attributes"].keys()
    [message] = SQSEvent({"Records": [record]}).records
    assert (message.body, message.md5_of_body) == ("hello", "5d41402abc4b2a76b9719d911017c592")
    assert (message.event_source, message.event_source_arn, message.aws_region) == ("aws:sqs", queue.arn, "eu-west-1")
    assert record["messageAttributes"]["trail"]["stringValue"] == "t-1"
    assert message.attributes.approximate_receive_count == "1"


def test_one_failure_stays_and_its_neighbours_go(sqs: "SQSClient", queue: Queue) -> None:
    # Given one message that the function cannot take
    send(sqs, queue, "good", "poison", "fine")
    handler = Recorder(poisoned)
    reader = poller(sqs, queue, handler)
    # When the queue is drained, only that one is left
    assert (reader.drain(), count(sqs, queue)) == (3, 1)
    # Then it is not seen again before its time is over, and again afterwards
    assert reader.drain() == 0
    reader.release()
    assert reader.drain() == 1
    assert handler.batches[-1][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_a_message_that_always_fails_ends_among_the_dead_letters(
    sqs: "SQSClient", queue: Queue, dead_letters: Queue
) -> None:
    # Given a queue that gives a message three times
    send(sqs, queue, "poison")
    handler = Recorder(poisoned)
    reader = poller(sqs, queue, handler)
    # When it failed each time
    for _ in range(4):
        reader.drain()
        reader.release()
    # Then it is put aside
    assert (len(handler.batches), count(sqs, queue), count(sqs, dead_letters)) == (3, 0, 1)


@pytest.mark.parametrize(
    "answer",
    [
        breaks,
        lambda _: {"batchItemFailures": [{"itemIdentifier": "none of these"}]},
        lambda _: {"batchItemFailures": [{"itemIdentifier": ""}]},
        lambda _: {"batchItemFailures": [{}]},
    ],
    ids=["raises", "names an unknown message", "names an empty one", "names none"],
)
def test_a_broken_function_leaves_the_whole_batch(
    sqs: "SQSClient", queue: Queue, answer: Callable[[list[dict[str, Any]]], object]
) -> None:
    send(sqs, queue, "one", "two")
    assert poller(sqs, queue, Recorder(answer)).drain() == 2
    assert count(sqs, queue) == 2


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_answer_without_failures_is_success(sqs: "SQSClient", queue: Queue, answer: object) -> None:
    send(sqs, queue, "one")
    poller(sqs, queue, Recorder(lambda _: answer)).drain()
    assert count(sqs, queue) == 0


def test_without_partial_failures_the_answer_says_nothing(sqs: "SQSClient", queue: Queue) -> None:
    send(sqs, queue, "poison")
    mapping = QueueMapping("Projector", "EventQueue", batch_size=10, window=0, partial_failures=False)
    poller(sqs, queue, Recorder(poisoned), mapping).drain()
    assert count(sqs, queue) == 0


def test_the_queue_is_read_until_told_to_stop(sqs: "SQSClient", queue: Queue) -> None:
    # Given a reader in the background
    seen, stop = threading.Event(), threading.Event()
    reader = poller(sqs, queue, lambda *_: seen.set())
    thread = threading.Thread(target=reader.run, args=(stop,))
    thread.start()
    # When a message is sent, then it is taken without anybody asking
    send(sqs, queue, "hello")
    assert seen.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
