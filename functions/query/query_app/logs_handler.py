"""Lambda entry of the logs queries."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.logs.routes import router

app = resolver("Logs: queries")
app.include_router(router)
lambda_handler = entry(app)
