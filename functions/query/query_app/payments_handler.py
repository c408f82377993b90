"""Lambda entry of the payments queries: every route, decoded and answered in its own folder."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.http import ask_again
from query_app.payments import wiring as payments
from query_app.payments.lookup.routes import router as lookup
from query_app.payments.search.routes import router as search
from query_app.payments.statistics.routes import router as statistics
from query_app.payments.suggestions.routes import router as suggestions
from query_app.service.routes import router as service
from query_app.service.wiring import openapi

app = resolver("Payments: queries")
# In this order: "statistics" and "suggestions" stand where a payment's id stands.
for router in (search, statistics, suggestions, lookup, service):
    app.include_router(router)


@app.get("/openapi.json", include_in_schema=False)
def get_openapi() -> Response[str]:
    """The description of this API."""
    return Response(int(HTTPStatus.OK), content_type="application/json", body=openapi())


lambda_handler = entry(app, lambda request: ask_again(payments.bus, request))
