"""What every projector's Lambda function is: an SQS batch in, the messages to deliver again out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from common.edge.observability import logger, metrics, tracer
from projector_app.ports import Message
from projector_app.projector import Projector

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


def entry(projector: Callable[[], Projector]) -> Callable[[dict[str, Any], Any], "PartialItemFailureResponse"]:
    """The Lambda function of a projector, which is built when the first batch comes.

    SQS event in; `{"batchItemFailures": [{"itemIdentifier": messageId}]}` out.
    """

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def lambda_handler(event: dict[str, Any], context: LambdaContext) -> "PartialItemFailureResponse":  # noqa: ARG001
        messages = [_message(record) for record in event["Records"]]
        failed = projector().project(messages)
        logger.info("projected", extra={"messages": len(messages), "failed": len(failed)})
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return lambda_handler


def _message(record: dict[str, Any]) -> Message:
    attributes = record["attributes"]
    return Message(
        record["messageId"],
        record["body"],
        redelivered=attributes["ApproximateReceiveCount"] != "1",
        sent_ms=int(attributes["SentTimestamp"]),
    )
