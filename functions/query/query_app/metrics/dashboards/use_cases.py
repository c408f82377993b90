"""Keeping dashboards, and finding them again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from uuid6 import uuid7

from common.bus import Caller
from common.domain.instants import iso, now
from common.errors import FieldError, Forbidden, Invalid, NotFound
from query_app.kept import changed
from query_app.metrics import fields
from query_app.metrics.dashboards import health
from query_app.metrics.dashboards.dashboard import Dashboard, DashboardBody
from query_app.metrics.dashboards.ports import Dashboards


@dataclass(frozen=True)
class SaveDashboard:
    """Keep a new one."""

    body: DashboardBody


@dataclass(frozen=True)
class ReplaceDashboard:
    """Keep another one in its place; `version` is the one decided upon, if any."""

    dashboard_id: str
    body: DashboardBody
    version: int | None = None


@dataclass(frozen=True)
class DeleteDashboard:
    """Forget one."""

    dashboard_id: str
    version: int | None = None


@dataclass(frozen=True)
class GetDashboard:
    """One."""

    dashboard_id: str


@dataclass(frozen=True)
class ListDashboards:
    """All of the organization's."""


@dataclass(frozen=True)
class DashboardUseCases:
    """The handlers of these five. All of an organization may see and change its dashboards, but for that of health."""

    dashboards: Dashboards
    health_organization: str
    clock: Callable[[], datetime] = now

    def save(self, command: SaveDashboard, caller: Caller) -> dict[str, Any]:
        """A new one. Raises Invalid, TooMany."""
        at = iso(self.clock())
        dashboard = Dashboard(
            organization_id=caller.organization_id,
            dashboard_id=str(uuid7()),
            version=1,
            created_at=at,
            updated_at=at,
            **_kept(command.body, self.clock()),
        )
        self.dashboards.add(dashboard)
        return dashboard.as_json()

    def replace(self, command: ReplaceDashboard, caller: Caller) -> dict[str, Any]:
        """Its next version. Raises Invalid, NotFound, Forbidden, PreconditionFailed."""
        kept = _kept(command.body, self.clock())

        def change(before: Dashboard) -> Dashboard:
            after = replace(before, version=before.version + 1, updated_at=iso(self.clock()), **kept)
            self.dashboards.replace(before, after)
            return after

        return self._changed(command.dashboard_id, command.version, caller, change)

    def delete(self, command: DeleteDashboard, caller: Caller) -> dict[str, Any]:
        """What it was. Raises NotFound, Forbidden, PreconditionFailed."""

        def change(before: Dashboard) -> Dashboard:
            self.dashboards.remove(before)
            return before

        return self._changed(command.dashboard_id, command.version, caller, change)

    def get(self, query: GetDashboard, caller: Caller) -> dict[str, Any]:
        """Raises NotFound."""
        return self._found(query.dashboard_id, caller).as_json()

    def listed(self, _: ListDashboards, caller: Caller) -> dict[str, Any]:
        """By name, that of health first."""
        kept = sorted(self.dashboards.all_of(caller.organization_id), key=lambda each: (each.name, each.dashboard_id))
        own = [health.health_of(caller.organization_id)] if self._is_health(health.ID, caller) else []
        return {"dashboards": [dashboard.as_json() for dashboard in (*own, *kept)]}

    def _changed(
        self, dashboard_id: str, version: int | None, caller: Caller, change: Callable[[Dashboard], Dashboard]
    ) -> dict[str, Any]:
        if self._is_health(dashboard_id, caller):
            raise Forbidden("The dashboard of the service's health stays as it is: save another one.")
        return changed("dashboard", lambda: self._found(dashboard_id, caller), version, change).as_json()

    def _found(self, dashboard_id: str, caller: Caller) -> Dashboard:
        if self._is_health(dashboard_id, caller):
            return health.health_of(caller.organization_id)
        found = self.dashboards.get(caller.organization_id, dashboard_id)
        if found is None:
            raise NotFound(f"Dashboard not found: {dashboard_id}")
        return found

    def _is_health(self, dashboard_id: str, caller: Caller) -> bool:
        return dashboard_id == health.ID and caller.organization_id == self.health_organization


def _kept(body: DashboardBody, at: datetime) -> dict[str, Any]:
    """Raises Invalid for a panel that asks for what is no series, and says so here rather than when it is drawn."""
    for number, panel in enumerate(body.panels):
        try:
            fields.condition(panel.q, at)
        except Invalid as error:
            wrong = [FieldError(f"panels.{number}.{each.field}", each.message) for each in error.errors]
            raise Invalid(error.detail, wrong) from None
    return {"name": body.name, "last": body.last.value, "panels": body.panels_as_json()}
