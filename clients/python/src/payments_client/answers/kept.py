"""Exports and saved searches."""

from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from payments_client.answers.base import Answer


class Export(Answer):
    """An export as it was when it was asked after."""

    export_id: str
    status: str
    """queued, running, done or failed."""
    format: str
    query: dict[str, JsonValue]
    fields: tuple[str, ...] | None
    created_at: datetime
    finished_at: datetime | None
    written: int
    total: int | None
    """None until its first part is written."""
    bytes: int
    reason: str | None
    """Why it failed."""
    link: str | None
    """Where to fetch the file for the next minutes; asking again gives a new one."""
    expires_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("done", "failed")


class ExportList(Answer):
    """The caller's newest exports, without links."""

    exports: tuple[Export, ...]


Context = Literal["payments", "logs"]
"""What a search looks for."""


class Threshold(Answer):
    """As many log entries or more within so long are worth a message."""

    count: int
    window_minutes: int


class SavedSearch(Answer):
    """A search that was kept by a name."""

    search_id: str
    owner_id: str
    name: str
    query: dict[str, JsonValue]
    """The parameters of the search, by the API's names."""
    shared: bool
    alert: bool
    context: Context
    threshold: Threshold | None
    version: int
    created_at: datetime
    updated_at: datetime
    last_run_at: datetime | None
    """When its alert last looked."""
    last_count: int | None
    """The messages of that look."""


class SavedSearchList(Answer):
    """The caller's own and the shared ones, by name."""

    searches: tuple[SavedSearch, ...]
