"""A metric over time."""

from collections.abc import Callable

from query_app.metrics.ports import RollUps
from query_app.metrics.series.query import GetSeries
from query_app.query import Answer, QueryContext


def get_series(rollups: RollUps) -> Callable[[GetSeries, QueryContext], Answer]:
    """Its lines; none for what nobody has sent."""
    return lambda query, context: Answer.fresh(rollups.series(context.organization_id, query))
