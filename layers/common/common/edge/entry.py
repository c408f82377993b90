"""The Lambda function of an HTTP resolver."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.edge.http import correlation_id_of
from common.edge.observability import logger, metrics, tracer

Entry = Callable[[dict[str, Any], Any], dict[str, Any]]
Known = Callable[[APIGatewayProxyEventV2], dict[str, Any] | None]
"""Answers a request that needs no resolver; None for any other."""


def entry(app: APIGatewayHttpResolver, known: Known | None = None) -> Entry:
    """The Lambda function of a resolver: API Gateway's HTTP API, payload 2.0."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        request = APIGatewayProxyEventV2(event)
        logger.set_correlation_id(correlation_id_of(request))
        return (known(request) if known else None) or app.resolve(event, context)

    return lambda_handler
