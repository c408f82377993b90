"""What all routes of the query side do alike: refuse unknown parameters, ask the bus, answer."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from common.bus import Caller
from common.consistency import HEADER, ConsistencyToken
from common.errors import FieldError, Invalid
from common.http import answered, caller_of, correlation_id_of, json_answer
from query_app import wiring
from query_app.query import Answer, Query, QueryContext

Token = Annotated[
    str | None,
    Header(alias=HEADER, description="As a command answered it: the answer then shows that write, or says stale"),
]


def routes() -> APIGatewayHttpRouter:
    """An empty router, for `payments_handler` to include."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def caller(event: APIGatewayProxyEventV2) -> Caller:
    """Who asks."""
    return caller_of(event, wiring.settings())


def ask(event: APIGatewayProxyEventV2, query: Query, token: str | None) -> Answer:
    """The bus's answer to the caller of the event."""
    context = QueryContext(**vars(caller(event)), token=ConsistencyToken.parse(token) if token else None)
    wiring.repeats().remember(event.raw_event, query)
    reply: Answer = wiring.bus().dispatch(query, context)
    return reply


def ask_again(event: APIGatewayProxyEventV2) -> dict[str, Any] | None:
    """The answer to a request that was asked before, word for word; None for any other."""
    query = wiring.repeats().query_of(event.raw_event)
    return None if query is None else answered(event, lambda: respond(event, ask(event, query, None)))


def respond(event: APIGatewayProxyEventV2, reply: Answer, headers: dict[str, str] | None = None) -> Response[str]:
    """200 with the answer and how fresh it is."""
    trail = {"X-Correlation-Id": correlation_id_of(event)}
    return json_answer(HTTPStatus.OK, reply.to_json(), {**trail, **(headers or {})})


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
