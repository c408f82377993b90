"""What HTTP functions of this package start from: a router, and the refusal of unknown parameters."""

from collections.abc import Callable

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from common.errors import FieldError, Invalid


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
