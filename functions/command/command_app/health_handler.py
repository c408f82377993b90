"""Lambda entry of the service's own metrics: what its functions log of them in, points of one organization out."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from command_app.ingestion.body import bodies_of
from command_app.metrics import wiring
from command_app.metrics.commands import IngestMetrics
from command_app.metrics.emf import points_of
from common.bus import Caller
from common.edge.observability import logger, metrics, tracer
from common.errors import EngineUnavailable


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """CloudWatch Logs' subscription event in. Raises EngineUnavailable, so that it comes again, with the same ids."""
    logged = CloudWatchLogsEvent(event).parse_logs_data().log_events
    points = [point for each in logged for point in points_of(each.get_id, each.message)]
    organization = wiring.settings().health_organization
    caller = Caller(organization, user_id="service", role="", correlation_id=context.aws_request_id)
    for body in bodies_of(points):
        taken = wiring.command_bus().dispatch(IngestMetrics(body), caller)
        if taken["failed"]:
            raise EngineUnavailable("The queue did not take all points.")
    return {"points": len(points)}
