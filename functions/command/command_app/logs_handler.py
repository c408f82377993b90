"""Lambda entry of taking in logs: HTTP in, a command on the bus, HTTP out."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from command_app.ingestion.http import TAKES, ingested
from command_app.logs import wiring
from command_app.logs.commands import ChangeLogSettings, IngestLogs, ReadLogSettings
from common.bus import Caller
from common.edge.entry import entry
from common.edge.http import admin_of, answer, caller_of, resolver

app = resolver("Logs")


@app.post(
    "/v1/logs",
    summary="Send log entries",
    operation_id="ingestLogs",
    description=TAKES,
    tags=["logs"],
)
def ingest_logs() -> Response[str]:
    """Take in."""
    return ingested(app.current_event, IngestLogs, wiring.command_bus(), wiring.settings())


@app.get(
    "/v1/logs/settings",
    summary="Tell how long log entries are kept",
    operation_id="getLogSettings",
    tags=["logs"],
)
def get_settings() -> Response[str]:
    """Tell."""
    return _answer(ReadLogSettings(), caller_of(app.current_event, wiring.settings()))


@app.put(
    "/v1/logs/settings",
    summary="Change how long log entries are kept",
    description="For the entries of the days to come; those of other days are kept as they were to be. Needs the role "
    "admin.",
    operation_id="changeLogSettings",
    tags=["logs"],
)
def change_settings(body: Annotated[ChangeLogSettings, Body()]) -> Response[str]:
    """Change."""
    return _answer(body, admin_of(app.current_event, wiring.settings()))


def _answer(command: object, caller: Caller) -> Response[str]:
    told = wiring.command_bus().dispatch(command, caller)
    return answer(HTTPStatus.OK, told, {"X-Correlation-Id": caller.correlation_id})


lambda_handler = entry(app)
