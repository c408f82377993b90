"""Lambda entry of the dashboards: HTTP in, dashboards out."""

from common.edge.entry import entry
from common.edge.http import resolver
from query_app.metrics.dashboards.routes import router

app = resolver("Metrics: dashboards")
app.include_router(router)
lambda_handler = entry(app)
