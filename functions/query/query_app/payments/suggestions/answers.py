"""What suggestions answer, for the OpenAPI description."""

from http import HTTPStatus

from pydantic import Field

from common.domain.model import WireModel
from common.edge.openapi import responses
from query_app.answers import Fresh


class Suggestion(WireModel):
    """A description."""

    text: str
    score: float = Field(description="How many of the organization's payments have it")


class SuggestionsAnswer(Fresh):
    """Most used first; those that match nearly stand behind those that match exactly."""

    suggestions: list[Suggestion]


ANSWERS = {
    "suggestPayments": responses(HTTPStatus.OK, SuggestionsAnswer, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN),
}
"""By operation."""
