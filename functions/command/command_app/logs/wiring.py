"""The composition root of taking in logs; everything is built at the first call and lives as long as the process."""

from functools import cache

from command_app.ingestion.ports import Reading
from command_app.ingestion.wiring import ingestion_of
from command_app.logs.commands import IngestLogs
from command_app.logs.entry import accepting
from command_app.logs.otlp import OTLP
from common.bus import Caller, CommandBus
from common.logs.retention import Retention
from common.settings import Settings


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("logs_queue_url")


@cache
def command_bus() -> CommandBus[Caller]:
    """Every command with its handler, behind the whole chain."""
    return ingestion_of(IngestLogs, Reading(OTLP, lambda _: accepting(Retention())), settings().logs_queue_url)
