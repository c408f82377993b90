"""What alerts have beside the saved searches' own wiring. Apart from it, since no request loads OpenSearch's client."""

from functools import cache

from common.engines.aws import BRIEFLY, later
from common.engines.search import connect
from query_app.payments.saved.adapters.claims import DynamoDBClaims
from query_app.payments.saved.adapters.matches import OpenSearchMatches
from query_app.payments.saved.adapters.searches import DynamoDBSavedSearches
from query_app.payments.saved.adapters.topic import SnsTopic
from query_app.payments.saved.alerts import AlertRun
from query_app.payments.saved.wiring import settings

_SEARCH_SECONDS = 5.0


@cache
def alerts() -> AlertRun:
    """What the schedule runs."""
    given = settings().require("alerts_topic_arn")
    dynamodb = later("dynamodb", **BRIEFLY)
    return AlertRun(
        DynamoDBSavedSearches(dynamodb, given.table_name),
        DynamoDBClaims(dynamodb, given.table_name),
        OpenSearchMatches(connect(given, timeout_seconds=_SEARCH_SECONDS)),
        SnsTopic(later("sns", **BRIEFLY), given.alerts_topic_arn),
    )
