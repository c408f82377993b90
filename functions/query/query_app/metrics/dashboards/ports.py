"""What dashboards need from outside."""

from typing import Protocol

from query_app.metrics.dashboards.dashboard import Dashboard


class Dashboards(Protocol):
    """The dashboards of all organizations. Raises EngineUnavailable."""

    def add(self, dashboard: Dashboard) -> None:
        """Keep a new one. Raises TooMany."""

    def get(self, organization_id: str, dashboard_id: str) -> Dashboard | None:
        """As it is now."""

    def all_of(self, organization_id: str) -> list[Dashboard]:
        """All of an organization's."""

    def replace(self, before: Dashboard, after: Dashboard) -> None:
        """Change one. Raises VersionConflict unless `before` is what is kept."""

    def remove(self, dashboard: Dashboard) -> None:
        """Forget one. Raises VersionConflict unless it is what is kept."""
