"""What all queries' routes do alike: ask the bus, answer."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.openapi.params import Query as Parameter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from common.bus import Caller, QueryBus
from common.domain.consistency import HEADER, ConsistencyToken
from common.edge.http import answered, caller_of, correlation_id_of, json_answer
from query_app import wiring
from query_app.instants import readable
from query_app.periods import zone_of
from query_app.query import Answer, Query, QueryContext

Bus = Callable[[], QueryBus[QueryContext]]
"""The context's bus, made when it is first asked."""
Token = Annotated[
    str | None,
    Header(alias=HEADER, description="As a command answered it: the answer then shows that write, or says stale"),
]

TimeZone = Annotated[
    Annotated[str, readable(zone_of)],
    Parameter(
        alias="timeZone",
        description="Whose hours, days, weeks (from Monday), months and years: an IANA name, or an offset as +05:30",
        examples=["Europe/Paris"],
    ),
]


def caller(event: APIGatewayProxyEventV2) -> Caller:
    """Who asks."""
    return caller_of(event, wiring.settings())


def ask(bus: Bus, event: APIGatewayProxyEventV2, query: Query, token: str | None = None) -> Answer:
    """The bus's answer to the caller of the event."""
    context = _context(event, token)
    wiring.repeats().remember(event.raw_event, query)
    reply: Answer = bus().dispatch(query, context)
    return reply


def ask_again(bus: Bus, event: APIGatewayProxyEventV2) -> dict[str, Any] | None:
    """The answer to a request that was asked before, word for word; None for any other."""
    query = wiring.repeats().query_of(event.raw_event)
    if query is None:
        return None
    return answered(event, lambda: respond(event, bus().dispatch(query, _context(event, None))))


def respond(event: APIGatewayProxyEventV2, reply: Answer, headers: dict[str, str] | None = None) -> Response[str]:
    """200 with the answer and how fresh it is."""
    trail = {"X-Correlation-Id": correlation_id_of(event)}
    return json_answer(HTTPStatus.OK, reply.to_json(), {**trail, **(headers or {})})


def _context(event: APIGatewayProxyEventV2, token: str | None) -> QueryContext:
    return QueryContext(**vars(caller(event)), token=ConsistencyToken.parse(token) if token else None)
