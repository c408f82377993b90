"""Requests with entries: a context's command of the body as it came, and the answer for all entries."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from command_app.ingestion.ports import Ingest
from common.bus import Caller, CommandBus
from common.edge.http import agent_of, answer, body_of
from common.settings import Settings

TAKES = (
    'Up to 1,000 entries and 1 MiB: a JSON list, `{"entries": [..]}`, OTLP/HTTP JSON, or NDJSON, perhaps compressed by '
    "gzip. A bad entry is answered as rejected and does not stop its neighbours. What is answered as failed is to be "
    "sent again, and so may be the whole: no entry is there twice. Needs the role agent or admin."
)


def ingested(
    event: APIGatewayProxyEventV2, command: type[Ingest], bus: CommandBus[Caller], settings: Settings
) -> Response[str]:
    """202, with what became of each entry. Raises Forbidden for who may only look."""
    caller = agent_of(event, settings)
    headers = event.headers
    body = command(body_of(event), headers.get("content-type", ""), headers.get("content-encoding", ""))
    return answer(HTTPStatus.ACCEPTED, bus.dispatch(body, caller), {"X-Correlation-Id": caller.correlation_id})
