"""Lambda entry of taking in logs: HTTP in, a command on the bus, HTTP out."""

from aws_lambda_powertools.event_handler import Response

from command_app.ingestion.http import ANSWERS, TAKES, ingested
from command_app.logs import wiring
from command_app.logs.commands import IngestLogs
from common.edge.entry import entry
from common.edge.http import resolver

app = resolver("Logs")


@app.post(
    "/v1/logs",
    summary="Send log entries",
    operation_id="ingestLogs",
    description=TAKES,
    tags=["logs"],
    responses=ANSWERS,
)
def ingest_logs() -> Response[str]:
    """Take in."""
    return ingested(app.current_event, IngestLogs, wiring.command_bus(), wiring.settings())


lambda_handler = entry(app)
