"""Lambda entry of the operators' side: what the console shows at 3 a.m., and the one thing that it does."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.bus import Caller
from common.edge.http import admin_of, answer, resolver
from common.edge.observability import logger, metrics, tracer
from operations_app import operations_wiring as wiring
from operations_app.body import RedriveBody

app = resolver("Operations")

_TAGS = ["operations"]
_LETTERS = "/v1/operations/dead-letters"


@app.get(
    "/v1/operations",
    summary="How the two sides stand to each other",
    description="The latest reconciliation, and a rebuild that is under way. Needs the role admin.",
    operation_id="getOperations",
    tags=_TAGS,
)
def get_operations() -> Response[str]:
    """Both."""
    return _answer(_admin(), wiring.overview().report())


@app.get(
    _LETTERS,
    summary="The organization's dead letters",
    description="Events that could not be projected, with their reasons. Looking hides and loses none. Needs the role "
    "admin.",
    operation_id="listDeadLetters",
    tags=_TAGS,
)
def list_dead_letters() -> Response[str]:
    """A list."""
    caller = _admin()
    return _answer(caller, wiring.letters().list(caller.organization_id))


@app.post(
    f"{_LETTERS}/redrive",
    summary="Send dead letters back",
    description="To the event queue, a payment's versions in order. Repeating it is harmless. Needs the role admin.",
    operation_id="redriveDeadLetters",
    tags=_TAGS,
)
def redrive_dead_letters(body: Annotated[RedriveBody, Body()]) -> Response[str]:
    """Some, or all."""
    caller = _admin()
    redriven = wiring.letters().redrive(caller.organization_id, body.message_ids)
    logger.info("redriven", extra={"organization_id": caller.organization_id, **redriven})
    return _answer(caller, redriven)


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway HTTP API event (payload 2.0) in, its response out."""
    return app.resolve(event, context)


def _admin() -> Caller:
    caller = admin_of(app.current_event, wiring.settings())
    logger.set_correlation_id(caller.correlation_id)
    return caller


def _answer(caller: Caller, body: object) -> Response[str]:
    return answer(HTTPStatus.OK, body, {"X-Correlation-Id": caller.correlation_id})
