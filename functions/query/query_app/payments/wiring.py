"""The composition root of the payments' queries, built at first use and kept as long as the process."""

from functools import cache

from common.bus import QueryBus
from common.engines import search as opensearch
from common.engines.json_client import Limits, dynamodb_client
from query_app.payments import use_cases
from query_app.payments.index import OpenSearchIndex
from query_app.payments.lookup.history import DynamoDbHistory
from query_app.query import QueryContext
from query_app.visibility import ReadYourWrites
from query_app.wiring import SEARCH_SECONDS, cursors, queries, settings


@cache
def search_index() -> OpenSearchIndex:
    """The read model."""
    return OpenSearchIndex(opensearch.connect(settings(), timeout_seconds=SEARCH_SECONDS))


@cache
def history() -> DynamoDbHistory:
    """The events."""
    return DynamoDbHistory(dynamodb_client(Limits(tries=2)), settings().require("table_name").table_name)


@cache
def bus() -> QueryBus[QueryContext]:
    """All queries, which read their caller's own writes."""
    patience = settings().consistency_wait_ms / 1000
    found = queries(ReadYourWrites(search_index(), patience_seconds=patience))
    use_cases.register(found, search_index(), history(), cursors())
    return found
