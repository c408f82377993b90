"""HTTP queries of payments: decode, ask the bus, encode."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.consistency import ConsistencyToken
from common.http import admin_of, answer, caller_of, correlation_id_of, resolver
from common.model import now
from common.observability import count, logger, metrics, tracer
from common.openapi import responses
from query_app import answers, wiring
from query_app import parameters as p
from query_app.queries import (
    Answer,
    GetHistory,
    GetPayment,
    GetStatistics,
    GetSuggestions,
    Query,
    QueryContext,
    SearchPayments,
    Sort,
)

app = resolver("Payments: queries")
_TAGS = ["payments: queries"]
_SICK: dict[int, OpenAPIResponse] = {
    503: {
        "description": "OpenSearch or DynamoDB is down",
        "content": {"application/json": {"model": answers.HealthAnswer}},
    }
}
_BAD, _GONE, _REFUSED = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN


@app.get(
    "/v1/payments",
    summary="Search payments",
    description="The organization's payments that match, a page at a time, best match first unless told otherwise.",
    tags=_TAGS,
    operation_id="searchPayments",
    responses=responses(HTTPStatus.OK, answers.PaymentPage, _BAD, _REFUSED),
    middlewares=[p.only("q", "status", "currency", "minAmount", "maxAmount", "from", "to", "sort", "limit", "cursor")],
)
def search_payments(  # noqa: PLR0913, PLR0917  # one argument a parameter of the address
    q: p.Text = None,
    statuses: p.Statuses = None,
    currencies: p.Currencies = None,
    min_amount: p.MinAmount = None,
    max_amount: p.MaxAmount = None,
    since: p.From = None,
    until: p.To = None,
    sort: p.Sort = Sort.BEST_FIRST,
    limit: p.Limit = 20,
    cursor: p.Cursor = None,
    token: p.Token = None,
) -> Response[str]:
    """Search."""
    filters = p.filters(statuses, currencies, (min_amount, max_amount), (since, until))
    return _respond(_ask(SearchPayments(q or None, filters, sort, limit, cursor), token))


@app.get(
    "/v1/payments/statistics",
    summary="Count and sum payments",
    description="By status, currency and UTC day of processing; per currency and exact to its smallest unit.",
    tags=_TAGS,
    operation_id="getPaymentStatistics",
    responses=responses(HTTPStatus.OK, answers.StatisticsAnswer, _BAD, _REFUSED),
    middlewares=[p.only("status", "currency", "from", "to")],
)
def get_statistics(
    statuses: p.Statuses = None,
    currencies: p.Currencies = None,
    since: p.From = None,
    until: p.To = None,
    token: p.Token = None,
) -> Response[str]:
    """Statistics."""
    filters = p.filters(statuses, currencies, (None, None), (since, until))
    return _respond(_ask(GetStatistics(filters), token))


@app.get(
    "/v1/payments/suggestions",
    summary="Complete a description",
    description="Descriptions of the organization's payments that begin so; a small typo is forgiven.",
    tags=_TAGS,
    operation_id="suggestPayments",
    responses=responses(HTTPStatus.OK, answers.SuggestionsAnswer, _BAD, _REFUSED),
    middlewares=[p.only("q", "limit")],
)
def get_suggestions(q: p.Prefix, limit: p.FewerLimit = 10, token: p.Token = None) -> Response[str]:
    """Suggestions."""
    return _respond(_ask(GetSuggestions(q, limit), token))


@app.get(
    "/v1/payments/<paymentId>",
    summary="Get a payment",
    description="One payment of the organization; `ETag` is its version, as `If-Match` of a command takes it.",
    tags=_TAGS,
    operation_id="getPayment",
    responses=responses(HTTPStatus.OK, answers.PaymentAnswer, _BAD, _REFUSED, _GONE),
    middlewares=[p.only()],
)
def get_payment(payment_id: p.PaymentId, token: p.Token = None) -> Response[str]:
    """One payment."""
    payment = _ask(GetPayment(payment_id), token)
    return _respond(payment, {"ETag": f'"{payment.body["version"]}"'})


@app.get(
    "/v1/payments/<paymentId>/history",
    summary="Get a payment's events",
    description="Everything that happened to it, oldest first, read from where it was written.",
    tags=_TAGS,
    operation_id="getPaymentHistory",
    responses=responses(HTTPStatus.OK, answers.HistoryAnswer, _BAD, _REFUSED, _GONE),
    middlewares=[p.only()],
)
def get_history(payment_id: p.PaymentId, token: p.Token = None) -> Response[str]:
    """History."""
    return _respond(_ask(GetHistory(payment_id), token))


@app.get(
    "/v1/health",
    summary="Which parts are up",
    description="200 while queries can be answered, 503 while OpenSearch or DynamoDB is down. Needs no token.",
    tags=["service"],
    operation_id="getHealth",
    responses={**responses(HTTPStatus.OK, answers.HealthAnswer), **_SICK},
)
def get_health() -> Response[str]:
    """Health."""
    status, report = wiring.health().report()
    return answer(status, report, {"X-Correlation-Id": correlation_id_of(app.current_event)})


@app.get(
    "/v1/freshness",
    summary="How far the read side is behind",
    description="For operators: needs the role admin. A part whose engine is down is null, and `unavailable` says why.",
    tags=["service"],
    operation_id="getFreshness",
    responses=responses(HTTPStatus.OK, answers.FreshnessAnswer, _REFUSED),
    middlewares=[p.only()],
)
def get_freshness() -> Response[str]:
    """Freshness."""
    operator = admin_of(app.current_event, wiring.settings())
    report = wiring.freshness().report(operator.organization_id, now())
    return answer(HTTPStatus.OK, report, {"X-Correlation-Id": correlation_id_of(app.current_event)})


@app.get("/openapi.json", include_in_schema=False)
def get_openapi() -> Response[str]:
    """The description of this API."""
    return Response(int(HTTPStatus.OK), content_type="application/json", body=wiring.openapi())


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's HTTP API, payload 2.0."""
    logger.set_correlation_id(correlation_id_of(APIGatewayProxyEventV2(event)))
    count("Requests")
    return app.resolve(event, context)


def _ask(query: Query, token: str | None) -> Answer:
    caller = caller_of(app.current_event, wiring.settings())
    context = QueryContext(**vars(caller), token=ConsistencyToken.parse(token) if token else None)
    reply: Answer = wiring.bus().dispatch(query, context)
    return reply


def _respond(reply: Answer, headers: dict[str, str] | None = None) -> Response[str]:
    trail = {"X-Correlation-Id": correlation_id_of(app.current_event)}
    return answer(HTTPStatus.OK, reply.as_dict(), {**trail, **(headers or {})})
