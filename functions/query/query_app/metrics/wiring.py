"""The composition root of the metrics' queries, built at first use and kept as long as the process."""

from functools import cache

from common.bus import QueryBus
from common.engines import search as opensearch
from query_app.metrics.index import OpenSearchRollUps
from query_app.metrics.names.query import GetNames
from query_app.metrics.names.use_case import get_names
from query_app.metrics.series.query import GetSeries
from query_app.metrics.series.use_case import get_series
from query_app.query import QueryContext
from query_app.wiring import SEARCH_SECONDS, queries, settings


@cache
def bus() -> QueryBus[QueryContext]:
    """All queries."""
    rollups = OpenSearchRollUps(opensearch.connect(settings(), timeout_seconds=SEARCH_SECONDS))
    found = queries()
    found.register(GetSeries, get_series(rollups))
    found.register(GetNames, get_names(rollups))
    return found
