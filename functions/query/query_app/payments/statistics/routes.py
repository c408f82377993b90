"""`GET /v1/payments/statistics`."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from common.openapi import responses
from query_app.http import Token, ask, only, respond, routes
from query_app.payments import parameters as p
from query_app.payments.statistics.answers import StatisticsAnswer
from query_app.payments.statistics.query import GetStatistics

router = routes()


@router.get(
    "/v1/payments/statistics",
    summary="Count and sum payments",
    description="By status, currency and UTC day of processing; per currency and exact to its smallest unit.",
    tags=["payments: queries"],
    operation_id="getPaymentStatistics",
    responses=responses(HTTPStatus.OK, StatisticsAnswer, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN),
    middlewares=[only("status", "currency", "from", "to")],
)
def get_statistics(
    statuses: p.Statuses = None,
    currencies: p.Currencies = None,
    since: p.From = None,
    until: p.To = None,
    token: Token = None,
) -> Response[str]:
    """Statistics."""
    query = GetStatistics(p.filters(statuses, currencies, (None, None), (since, until)))
    return respond(router.current_event, ask(router.current_event, query, token))
