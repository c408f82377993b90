"""What the logs' commands answer over HTTP, as OpenAPI describes it."""

from datetime import date
from http import HTTPStatus

from pydantic import Field

from common.domain.model import WireModel
from common.edge.openapi import responses
from common.logs.days import Days


class RetentionChange(WireModel):
    """A change that is to come."""

    since: date = Field(description="The first day, in UTC, whose entries are kept for so long")
    retention_days: Days


class LogSettingsAnswer(WireModel):
    """How long entries are kept."""

    retention_days: Days = Field(description="How many days the entries of today are kept")
    changes: list[RetentionChange]


_SETTINGS = responses(HTTPStatus.OK, LogSettingsAnswer, HTTPStatus.FORBIDDEN)

ANSWERS = {
    "getLogSettings": _SETTINGS,
    "changeLogSettings": _SETTINGS,
}
"""By operation."""
