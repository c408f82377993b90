"""What can be asked of the logs."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from command_app.ingestion.ports import Ingest
from common.logs.days import Days


class IngestLogs(Ingest):
    """Take in entries."""


@dataclass(frozen=True)
class ReadLogSettings:
    """Tell how long entries are kept."""


class ChangeLogSettings(BaseModel):
    """Keep the entries of the days to come for so long."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    retention_days: Days = Field(description="How many days the entries of a day are kept")
