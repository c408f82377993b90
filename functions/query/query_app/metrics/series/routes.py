"""`GET /v1/metrics/series`."""

from aws_lambda_powertools.event_handler import Response

from query_app.http import ask, respond
from query_app.metrics import wiring
from query_app.metrics.series import parameters as p
from query_app.metrics.series.query import Function
from query_app.routing import routes

router = routes()


@router.question(
    "/v1/metrics/series",
    summary="Read a metric over time",
    description="A line of values, one a step, or one line for each value of some dimensions.",
    tags=["metrics"],
    operation_id="getMetricSeries",
)
def get_series(  # noqa: PLR0913, PLR0917  # one argument a parameter of the address
    name: p.Name,
    function: p.Function = Function.AVG,
    group_by: p.GroupBy = None,
    condition: p.Condition = None,
    since: p.From = None,
    until: p.To = None,
    interval: p.Every = None,
) -> Response[str]:
    """A series."""
    query = p.question(name, function, (since, until), interval, condition, group_by)
    return respond(router.current_event, ask(wiring.bus, router.current_event, query))
