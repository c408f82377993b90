"""What the addresses of saved searches answer, for the OpenAPI description."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.edge.openapi import responses
from query_app.saved.body import ThresholdBody
from query_app.saved.search import Context


class SearchAnswer(WireModel):
    """A saved search."""

    search_id: str
    owner_id: str
    name: str
    query: dict[str, Any]
    shared: bool
    alert: bool
    context: Context
    threshold: ThresholdBody | None
    version: int
    created_at: Timestamp
    updated_at: Timestamp
    last_run_at: Timestamp | None = Field(description="When its alert last looked")
    last_count: int | None = Field(description="The messages of that look")


class SearchesAnswer(WireModel):
    """The caller's own and the shared ones, by name."""

    searches: list[SearchAnswer]


_CHANGED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)

ANSWERS = {
    "saveSearch": responses(
        HTTPStatus.CREATED, SearchAnswer, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS
    ),
    "listSearches": responses(HTTPStatus.OK, SearchesAnswer, HTTPStatus.FORBIDDEN),
    "getSearch": responses(HTTPStatus.OK, SearchAnswer, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
    "replaceSearch": responses(HTTPStatus.OK, SearchAnswer, *_CHANGED, HTTPStatus.TOO_MANY_REQUESTS),
    "deleteSearch": responses(HTTPStatus.OK, SearchAnswer, *_CHANGED),
}
"""By operation."""
