"""Lambda entry of the logs queries."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.http import ask_again
from query_app.logs import wiring as logs
from query_app.logs.routes import router

app = resolver("Logs: queries")
app.include_router(router)
lambda_handler = entry(app, lambda request: ask_again(logs.bus, request))
