"""`GET /v1/payments`."""

from dataclasses import replace

from aws_lambda_powertools.event_handler import Response

from common.domain.instants import now
from query_app import wiring
from query_app.http import Token, ask, caller, respond
from query_app.payments import asked
from query_app.payments import parameters as p
from query_app.payments import wiring as payments
from query_app.payments.search.query import SearchPayments, Sort, Total
from query_app.routing import routes

router = routes()


@router.question(
    "/v1/payments",
    summary="Search payments",
    description="The organization's payments that match, a page at a time, best match first unless told otherwise.",
    tags=["payments: queries"],
    operation_id="searchPayments",
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
    total: p.Total = Total.EXACT,
    facets: p.Facets = None,
    highlight: p.Highlight = False,  # noqa: FBT002
    fields: p.Fields = None,
    as_of: p.AsOf = None,
    token: Token = None,
) -> Response[str]:
    """Search."""
    opened = wiring.cursors().open(cursor) if cursor is not None else None
    asked_at = opened.asked_at if opened else now()
    filters = asked.filters(q, statuses, currencies, (min_amount, max_amount), (since, until), asked_at)
    shown = asked.shown(total, facets, fields, highlight=highlight)
    query = SearchPayments(filters, sort, limit, shown=shown, as_of=as_of, asked_at=asked_at)
    if opened:
        query = replace(query, position=opened.position_in(caller(router.current_event).organization_id, query))
    return respond(router.current_event, ask(payments.bus, router.current_event, query, token))
