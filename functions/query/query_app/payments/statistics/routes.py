"""`GET /v1/payments/statistics`."""

from aws_lambda_powertools.event_handler import Response

from query_app.http import TimeZone, Token, ask, respond
from query_app.payments import asked
from query_app.payments import parameters as p
from query_app.payments import wiring as payments
from query_app.payments.statistics import parameters as own
from query_app.payments.statistics.query import GetStatistics
from query_app.routing import routes

router = routes()


@router.question(
    "/v1/payments/statistics",
    summary="Count and sum payments",
    description="By status, currency and time of processing; per currency and exact to its smallest unit.",
    tags=["payments: queries"],
    operation_id="getPaymentStatistics",
)
def get_statistics(  # noqa: PLR0913, PLR0917  # one argument a parameter of the address
    q: p.Text = None,
    statuses: p.Statuses = None,
    currencies: p.Currencies = None,
    min_amount: p.MinAmount = None,
    max_amount: p.MaxAmount = None,
    since: own.From = None,
    until: own.To = None,
    interval: own.Every = None,
    time_zone: TimeZone = "UTC",
    include: own.Include = None,
    compare: own.Compare = None,
    token: Token = None,
) -> Response[str]:
    """Statistics."""
    times = own.times(since, until, time_zone, compare)
    filters = asked.filters(q, statuses, currencies, (min_amount, max_amount), times)
    query = GetStatistics(filters, interval, time_zone, tuple(sorted(set(include or ()))), compare is not None)
    return respond(router.current_event, ask(payments.bus, router.current_event, query, token))
