"""A request with entries as its context's command."""

from typing import TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from command_app.ingestion.ports import Ingest
from common.edge.http import body_of

IngestT = TypeVar("IngestT", bound=Ingest)


def ingest_of(command: type[IngestT], event: APIGatewayProxyEventV2) -> IngestT:
    """Take the body as it came."""
    headers = event.headers
    return command(body_of(event), headers.get("content-type", ""), headers.get("content-encoding", ""))
