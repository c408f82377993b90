"""Lambda entry of the scheduled alerts: looks for new payments of each saved search that is one."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from common.edge.observability import logger, metrics, tracer
from query_app.saved import alerts_wiring


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """EventBridge schedule in; `{"alerts": n, "messages": n, "failed": n, "finished": bool}` out."""
    report = asdict(alerts_wiring.alerts().run(context.get_remaining_time_in_millis))
    logger.info("alerts looked", extra=report)
    return report
