"""The composition root of dashboards, built at first use and kept as long as the process."""

from functools import cache

from common.bus import Caller, CommandBus
from common.edge.middleware import counting, logging, tracing
from common.engines.json_client import dynamodb_client
from common.settings import Settings
from query_app.metrics.dashboards.table import DynamoDBDashboards
from query_app.metrics.dashboards.use_cases import (
    DashboardUseCases,
    DeleteDashboard,
    GetDashboard,
    ListDashboards,
    ReplaceDashboard,
    SaveDashboard,
)


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name")


@cache
def bus() -> CommandBus[Caller]:
    """What callers may ask, behind logging, tracing and counting."""
    kept = DynamoDBDashboards(dynamodb_client(), settings().table_name)
    dashboards = DashboardUseCases(kept, settings().health_organization)
    asked = CommandBus[Caller]([logging, tracing, counting])
    asked.register(SaveDashboard, dashboards.save)
    asked.register(ListDashboards, dashboards.listed)
    asked.register(GetDashboard, dashboards.get)
    asked.register(ReplaceDashboard, dashboards.replace)
    asked.register(DeleteDashboard, dashboards.delete)
    return asked
