"""What a search asks for, in each context that has any."""

from collections.abc import Mapping

from query_app.logs.criteria import LogCriteria
from query_app.payments.criteria import SearchCriteria
from query_app.saved.search import Context

CRITERIA: Mapping[Context, type[SearchCriteria | LogCriteria]] = {"payments": SearchCriteria, "logs": LogCriteria}
