"""What suggestions answer, for the OpenAPI description."""

from pydantic import Field

from common.domain.model import WireModel
from query_app.answers import Fresh


class Suggestion(WireModel):
    """A description."""

    text: str
    score: float = Field(description="How many of the organization's payments have it")


class SuggestionsAnswer(Fresh):
    """Most used first; those that match nearly stand behind those that match exactly."""

    suggestions: list[Suggestion]
