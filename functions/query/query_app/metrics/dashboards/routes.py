"""`/v1/dashboards`."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from common.edge.http import caller_of
from query_app.kept import IfMatch, respond, version_of
from query_app.metrics.dashboards import wiring
from query_app.metrics.dashboards.dashboard import DashboardBody
from query_app.metrics.dashboards.use_cases import (
    DeleteDashboard,
    GetDashboard,
    ListDashboards,
    ReplaceDashboard,
    SaveDashboard,
)
from query_app.routing import routes, without_parameters

router = routes()

DashboardId = Annotated[str, Path(alias="dashboardId", max_length=64, description="The dashboard's id")]

_TAGS = ["metrics"]


@router.post(
    "/v1/dashboards",
    summary="Save a dashboard",
    description="Keeps series that belong together, for the whole organization. Each panel is checked as a series is.",
    tags=_TAGS,
    operation_id="saveDashboard",
    middlewares=[without_parameters],
)
def save_dashboard(body: Annotated[DashboardBody, Body()]) -> Response[str]:
    """Save."""
    saved = _dispatch(SaveDashboard(body))
    return _respond(HTTPStatus.CREATED, saved, {"Location": f"/v1/dashboards/{saved['dashboardId']}"})


@router.question(
    "/v1/dashboards",
    summary="List dashboards",
    description="Those of the organization, by name.",
    tags=_TAGS,
    operation_id="listDashboards",
)
def list_dashboards() -> Response[str]:
    """List."""
    return _respond(HTTPStatus.OK, _dispatch(ListDashboards()))


@router.question(
    "/v1/dashboards/<dashboardId>",
    summary="Get a dashboard",
    description="`ETag` is its version.",
    tags=_TAGS,
    operation_id="getDashboard",
)
def get_dashboard(dashboard_id: DashboardId) -> Response[str]:
    """Get."""
    return _respond(HTTPStatus.OK, _dispatch(GetDashboard(dashboard_id)))


@router.put(
    "/v1/dashboards/<dashboardId>",
    summary="Replace a dashboard",
    description="With `If-Match`, only the version decided upon.",
    tags=_TAGS,
    operation_id="replaceDashboard",
    middlewares=[without_parameters],
)
def replace_dashboard(
    dashboard_id: DashboardId, body: Annotated[DashboardBody, Body()], if_match: IfMatch = None
) -> Response[str]:
    """Replace."""
    return _respond(HTTPStatus.OK, _dispatch(ReplaceDashboard(dashboard_id, body, version_of(if_match))))


@router.delete(
    "/v1/dashboards/<dashboardId>",
    summary="Delete a dashboard",
    description="Answers what it was.",
    tags=_TAGS,
    operation_id="deleteDashboard",
    middlewares=[without_parameters],
)
def delete_dashboard(dashboard_id: DashboardId, if_match: IfMatch = None) -> Response[str]:
    """Delete."""
    return _respond(HTTPStatus.OK, _dispatch(DeleteDashboard(dashboard_id, version_of(if_match))))


def _dispatch(message: object) -> dict[str, Any]:
    done: dict[str, Any] = wiring.bus().dispatch(message, caller_of(router.current_event, wiring.settings()))
    return done


def _respond(status: HTTPStatus, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response[str]:
    return respond(router.current_event, status, body, headers)
