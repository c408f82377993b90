"""The composition root of taking in logs; everything is built at the first call and lives as long as the process."""

from functools import cache

from command_app.ingestion.ports import Reading
from command_app.ingestion.wiring import ingestion_of
from command_app.logs.adapters.retention_items import DynamoDBRetentions
from command_app.logs.commands import ChangeLogSettings, IngestLogs, ReadLogSettings
from command_app.logs.entry import accepting
from command_app.logs.otlp import OTLP
from command_app.logs.settings import LogSettings
from common.bus import Caller, CommandBus
from common.engines.json_client import dynamodb_client
from common.settings import Settings


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("logs_queue_url", "table_name")


@cache
def command_bus() -> CommandBus[Caller]:
    """Every command with its handler, behind the whole chain."""
    kept = LogSettings(DynamoDBRetentions(dynamodb_client(), settings().table_name))
    reading = Reading(OTLP, lambda caller: accepting(kept.retention_of(caller.organization_id)))
    bus = ingestion_of(IngestLogs, reading, settings().logs_queue_url)
    bus.register(ReadLogSettings, kept.read)
    bus.register(ChangeLogSettings, kept.change)
    return bus
