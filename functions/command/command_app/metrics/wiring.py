"""The composition root of taking in points; everything is built at the first call and lives as long as the process."""

from functools import cache

from command_app.ingestion.ports import Reading
from command_app.ingestion.wiring import ingestion_of
from command_app.metrics.commands import IngestMetrics
from command_app.metrics.entry import accepting
from command_app.metrics.otlp import OTLP
from common.bus import Caller, CommandBus
from common.settings import Settings


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("metrics_queue_url")


@cache
def command_bus() -> CommandBus[Caller]:
    """Every command with its handler, behind the whole chain."""
    return ingestion_of(IngestMetrics, Reading(OTLP, lambda _: accepting()), settings().metrics_queue_url)
