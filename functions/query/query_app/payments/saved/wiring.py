"""The composition root of saved searches and of alerts, built at first use and kept as long as the process."""

from functools import cache
from typing import Any

from common import search as opensearch
from common.aws import later
from common.bus import Caller, CommandBus
from common.middleware import counting, logging, tracing
from common.settings import Settings
from query_app.payments.saved.adapters.claims import DynamoDBClaims
from query_app.payments.saved.adapters.matches import OpenSearchMatches
from query_app.payments.saved.adapters.searches import DynamoDBSavedSearches
from query_app.payments.saved.adapters.topic import SnsTopic
from query_app.payments.saved.alerts import AlertRun
from query_app.payments.saved.use_cases import (
    DeleteSearch,
    GetSearch,
    ListSearches,
    ReplaceSearch,
    SavedSearchUseCases,
    SaveSearch,
)

_SEARCH_SECONDS = 5.0
_BRIEFLY: dict[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 3,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name")


@cache
def bus() -> CommandBus[Caller]:
    """What callers may ask, behind logging, tracing and counting."""
    searches = SavedSearchUseCases(DynamoDBSavedSearches(later("dynamodb", **_BRIEFLY), settings().table_name))
    asked = CommandBus[Caller]([logging, tracing, counting])
    asked.register(SaveSearch, searches.save)
    asked.register(ListSearches, searches.listed)
    asked.register(GetSearch, searches.get)
    asked.register(ReplaceSearch, searches.replace)
    asked.register(DeleteSearch, searches.delete)
    return asked


@cache
def alerts() -> AlertRun:
    """What the schedule runs."""
    given = settings().require("alerts_topic_arn")
    dynamodb = later("dynamodb", **_BRIEFLY)
    return AlertRun(
        DynamoDBSavedSearches(dynamodb, given.table_name),
        DynamoDBClaims(dynamodb, given.table_name),
        OpenSearchMatches(opensearch.connect(given, timeout_seconds=_SEARCH_SECONDS)),
        SnsTopic(later("sns", **_BRIEFLY), given.alerts_topic_arn),
    )
