"""What the addresses of exports answer, for the OpenAPI description."""

from http import HTTPStatus
from typing import Any, Literal

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses
from query_app.payments.exports.job import Format


class ExportAnswer(WireModel):
    """An export as it is now."""

    export_id: str
    status: Literal["queued", "running", "done", "failed"]
    format: Format
    query: dict[str, Any] = Field(description="The search, in one form")
    fields: list[str] | None
    created_at: Timestamp
    finished_at: Timestamp | None
    written: int = Field(description="Payments that are in the file's parts so far")
    total: int | None = Field(description="Payments that the file will have; null until the first part is written")
    bytes: int
    reason: str | None = Field(description="Why it failed")
    link: str | None = Field(description="Where to fetch the file within the next 15 minutes; ask again for a new one")
    expires_at: Timestamp | None = Field(description="When the file goes, and no link is given any more")


class ExportsAnswer(WireModel):
    """The caller's newest exports, without links."""

    exports: list[ExportAnswer]


ANSWERS = {
    "startExport": responses(HTTPStatus.ACCEPTED, ExportAnswer, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS),
    "listExports": responses(HTTPStatus.OK, ExportsAnswer, HTTPStatus.FORBIDDEN),
    "getExport": responses(HTTPStatus.OK, ExportAnswer, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
}
"""By operation."""
