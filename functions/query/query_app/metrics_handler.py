"""Lambda entry of the metrics queries: HTTP in, series and names out."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.http import ask_again
from query_app.metrics import wiring as metrics
from query_app.metrics.names.routes import router as names
from query_app.metrics.series.routes import router as series

app = resolver("Metrics: queries")
for router in (series, names):
    app.include_router(router)
lambda_handler = entry(app, lambda request: ask_again(metrics.bus, request))
