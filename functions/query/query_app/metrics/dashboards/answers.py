"""What the addresses of dashboards answer, for the OpenAPI description."""

from common.domain.model import Timestamp, WireModel
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
