"""The dashboard of the service's own health: always there, for the organization whose metrics these are."""

from query_app.metrics.dashboards.dashboard import Dashboard, DashboardBody, Last, Panel
from query_app.metrics.series.query import Function

ID = "service-health"
_WRITTEN = "2026-11-25T00:00:00.000Z"

_BODY = DashboardBody(
    name="Health of the service",
    last=Last.SIX_HOURS,
    panels=(
        Panel(title="From commit to index", name="ProjectionLag", function=Function.P99, group_by=("service",)),
        Panel(title="Projected a second", name="DocumentsApplied", function=Function.RATE, group_by=("service",)),
        Panel(title="Poison", name="MessagesPoisoned", function=Function.SUM, group_by=("service",)),
        Panel(title="Sent by the sweep", name="OutboxSwept", function=Function.SUM),
        Panel(title="Imports", name="ImportPaymentsDuration", function=Function.P95),
        Panel(title="Searches", name="SearchPaymentsDuration", function=Function.P95),
        Panel(title="Answered from memory", name="CacheHitL1", function=Function.RATE, group_by=("service",)),
        Panel(title="Answered from the shared cache", name="CacheHitL2", function=Function.RATE, group_by=("service",)),
        Panel(title="Answered by the engine", name="CacheMiss", function=Function.RATE, group_by=("service",)),
        Panel(title="The cache did not answer", name="CacheUnavailable", function=Function.SUM, group_by=("service",)),
    ),
)


def health_of(organization_id: str) -> Dashboard:
    """The dashboard as that organization's."""
    name, last, panels = _BODY.name, _BODY.last, _BODY.panels_as_json()
    return Dashboard(organization_id, ID, name, last, panels, version=1, created_at=_WRITTEN, updated_at=_WRITTEN)
