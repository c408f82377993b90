"""`/v1/exports`."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from common.edge.http import answer, caller_of, correlation_id_of
from query_app.payments.exports import wiring
from query_app.payments.exports.body import ExportBody
from query_app.payments.exports.use_cases import GetExport, ListExports, StartExport
from query_app.routing import routes, without_parameters

router = routes()

_TAGS = ["payments: exports"]


@router.post(
    "/v1/exports",
    summary="Export payments",
    description="Writes all payments that match into a file, in the background. Ask after it until it is `done`.",
    tags=_TAGS,
    operation_id="startExport",
    middlewares=[without_parameters],
)
def start_export(body: Annotated[ExportBody, Body()]) -> Response[str]:
    """Start."""
    started = _dispatch(StartExport(body.format, body.criteria(), body.fields))
    return _respond(HTTPStatus.ACCEPTED, started, {"Location": f"/v1/exports/{started['exportId']}"})


@router.question(
    "/v1/exports",
    summary="List exports",
    description="The caller's 50 newest exports of the last three days, newest first.",
    tags=_TAGS,
    operation_id="listExports",
)
def list_exports() -> Response[str]:
    """List."""
    return _respond(HTTPStatus.OK, _dispatch(ListExports()))


@router.question(
    "/v1/exports/<exportId>",
    summary="Get an export",
    description="How far an export of the organization is, and where to fetch the file when it is done.",
    tags=_TAGS,
    operation_id="getExport",
)
def get_export(
    export_id: Annotated[str, Path(alias="exportId", max_length=64, description="The export's id")],
) -> Response[str]:
    """Get."""
    return _respond(HTTPStatus.OK, _dispatch(GetExport(export_id)))


def _dispatch(message: object) -> dict[str, Any]:
    caller = caller_of(router.current_event, wiring.settings())
    done: dict[str, Any] = wiring.bus().dispatch(message, caller)
    return done


def _respond(status: HTTPStatus, body: object, headers: dict[str, str] | None = None) -> Response[str]:
    return answer(status, body, {"X-Correlation-Id": correlation_id_of(router.current_event), **(headers or {})})
