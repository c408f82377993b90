"""Lambda entry of the scheduled sweep: sends what a command committed and could not send."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from command_app.payments import outbox_wiring, sweep_wiring
from common.edge.observability import count, logger, metrics, tracer


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """EventBridge schedule in; `{"sent": n, "finished": bool}` out."""
    report = outbox_wiring.outbox().sweep(context.get_remaining_time_in_millis)
    count("OutboxSwept", report.sent)
    watch = sweep_wiring.queue_watch()
    if watch:
        watch.look()
    logger.info("swept", extra={"sent": report.sent, "finished": report.finished})
    return {"sent": report.sent, "finished": report.finished}
