"""`GET /v1/health` and `GET /v1/freshness`."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from common.domain.instants import now
from common.edge.http import admin_of, answer, correlation_id_of
from query_app import wiring
from query_app.routing import routes
from query_app.service import wiring as service

router = routes()

_TAGS = ["service"]


@router.get(
    "/v1/health",
    summary="Which parts are up",
    description="200 while queries can be answered, 503 while OpenSearch or DynamoDB is down. Needs no token.",
    tags=_TAGS,
    operation_id="getHealth",
)
def get_health() -> Response[str]:
    """Health."""
    status, report = service.health().report()
    return answer(status, report, {"X-Correlation-Id": correlation_id_of(router.current_event)})


@router.question(
    "/v1/freshness",
    summary="How far the read side is behind",
    description="For operators: needs the role admin. A part whose engine is down is null, and `unavailable` says why.",
    tags=_TAGS,
    operation_id="getFreshness",
)
def get_freshness() -> Response[str]:
    """Freshness."""
    operator = admin_of(router.current_event, wiring.settings())
    report = service.freshness().report(operator.organization_id, now())
    return answer(HTTPStatus.OK, report, {"X-Correlation-Id": correlation_id_of(router.current_event)})
