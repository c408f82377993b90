"""The composition root of saved searches, built at first use and kept as long as the process."""

from functools import cache

from common.bus import Caller, CommandBus
from common.edge.middleware import counting, logging, tracing
from common.engines.json_client import dynamodb_client
from common.settings import Settings
from query_app.saved.adapters.searches import DynamoDBSavedSearches
from query_app.saved.use_cases import (
    DeleteSearch,
    GetSearch,
    ListSearches,
    ReplaceSearch,
    SavedSearchUseCases,
    SaveSearch,
)


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name")


@cache
def bus() -> CommandBus[Caller]:
    """What callers may ask, behind logging, tracing and counting."""
    searches = SavedSearchUseCases(DynamoDBSavedSearches(dynamodb_client(), settings().table_name))
    asked = CommandBus[Caller]([logging, tracing, counting])
    asked.register(SaveSearch, searches.save)
    asked.register(ListSearches, searches.listed)
    asked.register(GetSearch, searches.get)
    asked.register(ReplaceSearch, searches.replace)
    asked.register(DeleteSearch, searches.delete)
    return asked
