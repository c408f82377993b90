"""`GET /v1/trace/{correlationId}`."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from common.edge.http import CORRELATION_ID
from query_app.http import ask, respond
from query_app.routing import routes
from query_app.trace import wiring
from query_app.trace.query import GetTrace

router = routes()


@router.question(
    "/v1/trace/<correlationId>",
    summary="Trace a correlation id",
    description="The payments' events and the log entries that bear it, and the organization's metrics of that time.",
    tags=["trace"],
    operation_id="getTrace",
)
def get_trace(
    correlation_id: Annotated[
        str,
        Path(alias="correlationId", pattern=f"^{CORRELATION_ID.pattern}$", description="Of a request, or a log entry"),
    ],
) -> Response[str]:
    """Trace."""
    return respond(router.current_event, ask(wiring.bus, router.current_event, GetTrace(correlation_id)))
