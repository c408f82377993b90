"""The parameters of a search for log entries as a JSON object, as saved searches keep them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from query_app.instants import End, Start
from query_app.logs.asked import Asked, wanted
from query_app.logs.query import SearchLogs


class LogCriteria(BaseModel):
    """What `GET /v1/logs` takes, but for the page. Unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, defer_build=True
    )

    q: Asked | None = None
    since: Start | None = Field(default=None, alias="from")
    until: End | None = Field(default=None, alias="to")

    def as_json(self) -> dict[str, Any]:
        """What was asked for, in one form; reading it again asks for the same."""
        told: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return told

    def query(self, at: datetime | None = None) -> SearchLogs:
        """The search; `at` is what its text calls now. Raises Invalid when it cannot be one."""
        return SearchLogs(wanted(self.q, self.since, self.until, at))
