"""What suggestions answer, for the OpenAPI description."""

from common.model import WireModel
from query_app.payments.answers import Fresh


class Suggestion(WireModel):
    """A completion."""

    text: str
    score: float


class SuggestionsAnswer(Fresh):
    """Completions, best first."""

    suggestions: list[Suggestion]
