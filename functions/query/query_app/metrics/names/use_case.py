"""Which metrics there are."""

from collections.abc import Callable

from query_app.metrics.names.query import GetNames
from query_app.metrics.ports import RollUps
from query_app.query import Answer, QueryContext


def get_names(rollups: RollUps) -> Callable[[GetNames, QueryContext], Answer]:
    """By name."""
    return lambda query, context: Answer.fresh(rollups.names(context.organization_id, query))
