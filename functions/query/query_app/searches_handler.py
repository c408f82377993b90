"""Lambda entry of the saved searches: HTTP in, searches out."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.saved.routes import router

app = resolver("Payments: saved searches")
app.include_router(router)
lambda_handler = entry(app)
