"""Lambda entry of the saved searches: HTTP in, searches out."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.http import correlation_id_of, resolver
from common.observability import logger, metrics, tracer
from query_app.payments.saved.routes import router

app = resolver("Payments: saved searches")
app.include_router(router)


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's HTTP API, payload 2.0."""
    logger.set_correlation_id(correlation_id_of(APIGatewayProxyEventV2(event)))
    return app.resolve(event, context)
