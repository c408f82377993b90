"""An export: what was asked for, how far it is, and where it goes on. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

FILE_LIFE = timedelta(hours=24)
"""How long a file can be fetched; its bucket deletes it in the night after."""
JOB_LIFE = timedelta(days=3)
"""How long a job can be asked after."""
PATIENCE = timedelta(hours=6)
"""A job that is not done by then has failed, and no longer counts among its user's."""
TOO_LATE = "It was not done in time."
AT_ONCE = 3
"""Unfinished jobs that a user may have."""
LISTED = 50


class Format(StrEnum):
    """One payment a line, as JSON or as comma-separated values."""

    CSV = "csv"
    NDJSON = "ndjson"


class Status(StrEnum):
    """queued -> running -> done | failed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Checkpoint:
    """Where the next invocation goes on: the payments up to `after` stand in `parts` uploaded parts.

    A snapshot that is gone means to begin again; `begun` counts how often that was.
    """

    snapshot: str
    upload: str
    total: int = 0
    parts: int = 0
    written: int = 0
    size: int = 0
    after: tuple[Any, ...] | None = None
    complete: bool = False
    """All payments are in the parts."""
    begun: int = 1


@dataclass(frozen=True)
class Job:
    """One export. Instants are UTC texts; `criteria` is a `SearchCriteria`, `fields` are in the file's order."""

    organization_id: str
    export_id: str
    user_id: str
    format: Format
    criteria: dict[str, Any]
    fields: tuple[str, ...]
    created_at: str
    status: Status = Status.QUEUED
    checkpoint: Checkpoint | None = None
    finished_at: str | None = None
    reason: str | None = None
    """Why it failed."""

    @property
    def key(self) -> str:
        """The file's name in the bucket."""
        return f"{self.organization_id}/{self.export_id}.{self.format}"

    @property
    def filename(self) -> str:
        """The file's name for who fetches it."""
        return f"payments-{self.created_at[:10]}-{self.export_id[-8:]}.{self.format}"

    def overdue(self, at: datetime) -> bool:
        """Whether patience with it is over."""
        return at - datetime.fromisoformat(self.created_at) > PATIENCE


@dataclass(frozen=True)
class Lease:
    """The right to work on a job until it runs out."""

    job: Job
    owner: str = field(repr=False)
