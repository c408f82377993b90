"""Lambda entry of the export worker: an SQS message asks for work on one export."""

from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.edge.observability import count, logger, metrics, tracer
from common.errors import Retryable
from query_app.payments.exports import worker_wiring

MAX_RECEIVES = 5
"""As the queue has it: after that the message is a dead letter, so the job fails before."""


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """One message in; it comes again when an engine did not answer or another invocation has the job."""
    [record] = event["Records"]
    asked = orjson.loads(record["body"])
    last_try = int(record["attributes"]["ApproximateReceiveCount"]) >= MAX_RECEIVES
    logger.append_keys(export_id=asked["exportId"], organization_id=asked["organizationId"])
    try:
        worker_wiring.worker().work(
            asked["organizationId"], asked["exportId"], context.get_remaining_time_in_millis, last_try=last_try
        )
    except Retryable as error:
        count("ExportRetried")
        logger.warning("export retried", extra={"reason": error.detail})
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    return {"batchItemFailures": []}
