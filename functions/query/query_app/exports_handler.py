"""Lambda entry of the exports: HTTP in, a job's state out."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.payments.exports.routes import router

app = resolver("Payments: exports")
app.include_router(router)
lambda_handler = entry(app)
