"""What HTTP functions of this package start from: a router, the refusal of unknown parameters, and an entry."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.edge.http import correlation_id_of
from common.edge.observability import logger, metrics, tracer
from common.errors import FieldError, Invalid

Entry = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def routes() -> APIGatewayHttpRouter:
    """An empty router, for a handler to include."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def only(*known: str) -> Callable[[APIGatewayHttpResolver, NextMiddleware], Response[str]]:
    """Middleware of a route: a misspelt parameter is refused, rather than answered as if it were not there."""

    def refuse_unknown(app: APIGatewayHttpResolver, proceed: NextMiddleware) -> Response[str]:
        sent = app.current_event.query_string_parameters or {}
        takes = f"unknown: this address takes {', '.join(known)}" if known else "unknown: this address takes none"
        errors = [FieldError(name or "query", takes) for name in sent if name not in known]
        if errors:
            raise Invalid("Some parameters are unknown.", errors)
        return proceed(app)

    return refuse_unknown


def entry(app: APIGatewayHttpResolver) -> Entry:
    """The Lambda function of a resolver: API Gateway's HTTP API, payload 2.0."""

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        logger.set_correlation_id(correlation_id_of(APIGatewayProxyEventV2(event)))
        return app.resolve(event, context)

    return lambda_handler
