"""Lambda entry of a CloudWatch Logs subscription: lines of log groups in, entries into the queue."""

from typing import Any

import orjson
from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from command_app.logs import wiring
from command_app.logs.commands import IngestLogs
from command_app.logs.subscription import bodies, organization_of
from common.bus import Caller
from common.edge.observability import count, logger, metrics, tracer
from common.errors import EngineUnavailable


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """The `awslogs` event in. What it raises, Lambda tries twice more and then gives to the dead letters.

    Entries keep the ids that CloudWatch gave them, so a second try doubles nothing.
    """
    delivered = orjson.loads(CloudWatchLogsEvent(event).decompress_logs_data)
    if delivered["messageType"] != "DATA_MESSAGE":
        # Somebody asks whether we are there.
        return {"accepted": 0, "rejected": 0}
    organization_id = organization_of(delivered["logGroup"], wiring.settings().log_groups)
    caller = Caller(organization_id, "cloudwatch", "agent", context.aws_request_id)
    accepted = rejected = 0
    for body in bodies(delivered):
        told = wiring.command_bus().dispatch(IngestLogs(body), caller)
        if told["failed"]:
            raise EngineUnavailable(f"The queue did not take {told['failed']} entries.")
        accepted, rejected = accepted + told["accepted"], rejected + told["rejected"]
    count("LogEntriesRejected", rejected)
    return {"accepted": accepted, "rejected": rejected}
