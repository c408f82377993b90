"""Lambda entry of taking in metrics: HTTP in, a command on the bus, HTTP out."""

from aws_lambda_powertools.event_handler import Response

from command_app.ingestion.http import TAKES, ingested
from command_app.metrics import wiring
from command_app.metrics.commands import IngestMetrics
from common.edge.entry import entry
from common.edge.http import resolver

app = resolver("Metrics")


@app.post(
    "/v1/metrics",
    summary="Send points of metrics",
    operation_id="ingestMetrics",
    description=TAKES,
    tags=["metrics"],
)
def ingest_metrics() -> Response[str]:
    """Take in."""
    return ingested(app.current_event, IngestMetrics, wiring.command_bus(), wiring.settings())


lambda_handler = entry(app)
