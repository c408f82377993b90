"""Lambda entry of taking in logs: HTTP in, a command on the bus, HTTP out."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from command_app.ingestion.answers import IngestAnswer
from command_app.ingestion.http import ingest_of
from command_app.logs import wiring
from command_app.logs.commands import IngestLogs
from common.edge.http import answer, caller_of, resolver
from common.edge.observability import logger, metrics, tracer
from common.edge.openapi import responses

app = resolver("Logs")


@app.post(
    "/v1/logs",
    summary="Send log entries",
    operation_id="ingestLogs",
    description='Up to 1,000 entries and 1 MiB: a JSON list, `{"entries": [..]}`, OTLP/HTTP JSON, or NDJSON, perhaps '
    "compressed by gzip. A bad entry is answered as rejected and does not stop its neighbours. What is answered as "
    "failed is to be sent again, and so may be the whole: no entry is there twice.",
    tags=["logs"],
    responses=responses(HTTPStatus.ACCEPTED, IngestAnswer, HTTPStatus.FORBIDDEN),
)
def ingest_logs() -> Response[str]:
    """Take in."""
    caller = caller_of(app.current_event, wiring.settings())
    logger.set_correlation_id(caller.correlation_id)
    ingested = wiring.command_bus().dispatch(ingest_of(IngestLogs, app.current_event), caller)
    return answer(HTTPStatus.ACCEPTED, ingested, {"X-Correlation-Id": caller.correlation_id})


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway HTTP API event (payload 2.0) in, its response out."""
    return app.resolve(event, context)
