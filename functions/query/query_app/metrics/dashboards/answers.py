"""What the addresses of dashboards answer, for the OpenAPI description."""

from http import HTTPStatus

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses
from query_app.metrics.dashboards.dashboard import Last, Panel


class DashboardAnswer(WireModel):
    """A dashboard."""

    dashboard_id: str
    name: str
    last: Last
    panels: list[Panel]
    version: int
    created_at: Timestamp
    updated_at: Timestamp


class DashboardsAnswer(WireModel):
    """All of the organization's, by name."""

    dashboards: list[DashboardAnswer]


_ONE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)

ANSWERS = {
    "saveDashboard": responses(HTTPStatus.CREATED, DashboardAnswer, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS),
    "listDashboards": responses(HTTPStatus.OK, DashboardsAnswer, HTTPStatus.FORBIDDEN),
    "getDashboard": responses(HTTPStatus.OK, DashboardAnswer, *_ONE),
    "replaceDashboard": responses(HTTPStatus.OK, DashboardAnswer, *_ONE, HTTPStatus.PRECONDITION_FAILED),
    "deleteDashboard": responses(HTTPStatus.OK, DashboardAnswer, *_ONE, HTTPStatus.PRECONDITION_FAILED),
}
"""By operation."""
