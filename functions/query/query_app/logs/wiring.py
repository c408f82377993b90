"""The composition root of the logs' queries, built at first use and kept as long as the process."""

from functools import cache

from common.bus import QueryBus
from common.engines import search as opensearch
from query_app.logs import use_cases
from query_app.logs.index import OpenSearchLogs
from query_app.query import QueryContext
from query_app.wiring import SEARCH_SECONDS, cursors, queries, settings


@cache
def bus() -> QueryBus[QueryContext]:
    """All queries."""
    found = queries()
    index = OpenSearchLogs(opensearch.connect(settings(), timeout_seconds=SEARCH_SECONDS))
    use_cases.register(found, index, cursors(), settings().follow_seconds)
    return found
