"""Lambda entry of traces."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.trace.routes import router

app = resolver("Traces")
app.include_router(router)
lambda_handler = entry(app)
