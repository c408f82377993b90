"""`GET /v1/metrics/names`."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from common.domain.instants import iso, now
from common.metrics.rollups import Level
from query_app import instants
from query_app.http import ask, respond
from query_app.metrics import wiring
from query_app.metrics.names.query import GetNames
from query_app.routing import routes

USUALLY = timedelta(days=30)

router = routes()


@router.question(
    "/v1/metrics/names",
    summary="List metrics",
    description="Names with their types, units and dimensions: a row for each that had points.",
    tags=["metrics"],
    operation_id="listMetricNames",
)
def list_names(
    prefix: Annotated[str, Query(max_length=255, description="What the names begin with")] = "",
    since: Annotated[
        instants.Start | None,
        Query(alias="from", description="That had points since this UTC day; 30 days, if it is not given"),
    ] = None,
) -> Response[str]:
    """List."""
    first = iso(Level.DAY.start_of(now() - USUALLY)) if since is None else since
    return respond(router.current_event, ask(wiring.bus, router.current_event, GetNames(first, prefix)))
