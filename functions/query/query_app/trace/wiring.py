"""The composition root of traces, built at first use and kept as long as the process."""

from functools import cache

from common.bus import QueryBus
from common.engines import search as opensearch
from common.engines.json_client import dynamodb_client
from common.metrics.index import INDICES
from common.metrics.rollups import Level
from query_app.logs.index import OpenSearchLogs
from query_app.opensearch import Searches
from query_app.query import QueryContext
from query_app.trace.around import OpenSearchAround
from query_app.trace.query import GetTrace
from query_app.trace.trails import DynamoDBTrails
from query_app.trace.use_case import get_trace
from query_app.wiring import SEARCH_SECONDS, queries, settings


@cache
def bus() -> QueryBus[QueryContext]:
    """The one query."""
    client = opensearch.connect(settings(), timeout_seconds=SEARCH_SECONDS)
    trails = DynamoDBTrails(dynamodb_client(), settings().require("table_name").table_name)
    around = OpenSearchAround(Searches(client, INDICES[Level.MINUTE].pattern))
    found = queries()
    found.register(GetTrace, get_trace(trails, OpenSearchLogs(client), around))
    return found
