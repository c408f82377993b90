"""The composition root of alerts. Apart from that of saved searches: they load no OpenSearch, and alerts no HTTP."""

from functools import cache

from common.engines.aws import BRIEFLY, later
from common.engines.json_client import dynamodb_client
from common.engines.search import connect
from common.logs.index import ALL_INDICES
from common.settings import Settings
from query_app.opensearch import Searches
from query_app.saved.adapters.claims import DynamoDBClaims
from query_app.saved.adapters.counts import OpenSearchCounts
from query_app.saved.adapters.matches import OpenSearchMatches
from query_app.saved.adapters.searches import DynamoDBSavedSearches
from query_app.saved.adapters.topic import SnsTopic
from query_app.saved.alerts import AlertRun

_SEARCH_SECONDS = 5.0


@cache
def alerts() -> AlertRun:
    """What the schedule runs."""
    given = Settings.from_env().require("table_name", "alerts_topic_arn")
    dynamodb = dynamodb_client()
    client = connect(given, timeout_seconds=_SEARCH_SECONDS)
    return AlertRun(
        DynamoDBSavedSearches(dynamodb, given.table_name),
        DynamoDBClaims(dynamodb, given.table_name),
        OpenSearchMatches(client),
        OpenSearchCounts(Searches(client, ALL_INDICES)),
        SnsTopic(later("sns", **BRIEFLY), given.alerts_topic_arn),
    )
