"""`GET /v1/payments/suggestions`."""

from aws_lambda_powertools.event_handler import Response

from query_app.http import Token, ask, respond
from query_app.payments import parameters as p
from query_app.payments import wiring as payments
from query_app.payments.suggestions.query import GetSuggestions
from query_app.routing import routes

router = routes()


@router.question(
    "/v1/payments/suggestions",
    summary="Complete a description",
    description="The organization's most used descriptions in which words begin so; a typo is forgiven.",
    tags=["payments: queries"],
    operation_id="suggestPayments",
)
def get_suggestions(q: p.Prefix, limit: p.FewerLimit = 10, token: Token = None) -> Response[str]:
    """Suggestions."""
    return respond(router.current_event, ask(payments.bus, router.current_event, GetSuggestions(q, limit), token))
