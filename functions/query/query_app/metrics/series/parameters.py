"""The query parameters of series: how they are described, read and made canonical."""

from datetime import datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import StringConstraints

from common.domain.instants import iso, now
from common.errors import FieldError, Invalid
from common.metrics.points import DimensionKey
from common.metrics.points import Name as AnyName
from query_app import instants
from query_app.language.reading import MAX_LENGTH
from query_app.metrics import fields
from query_app.metrics.series.query import MAX_KEYS, GetSeries
from query_app.metrics.series.query import Function as AnyFunction
from query_app.metrics.steps import StepLength, steps

USUALLY = timedelta(hours=1)

Name = Annotated[AnyName, Query(description="The metric's name, as it was sent", examples=["http.duration"])]
Function = Annotated[AnyFunction, Query(description="What to tell of each step; rate is the sum a second")]
GroupBy = Annotated[
    list[DimensionKey] | None,
    Query(alias="groupBy", description="A line for each value of these dimensions: repeat it, or separate by commas"),
]
Condition = Annotated[
    Annotated[str, StringConstraints(max_length=MAX_LENGTH)] | None,
    Query(alias="q", description="Of which series: dimension.KEY, unit and type", examples=["-dimension.host:web-1"]),
]
From = Annotated[
    instants.Start | None,
    Query(alias="from", description="A UTC day or an RFC 3339 instant; an hour before to, if it is not given"),
]
To = Annotated[
    instants.End | None,
    Query(alias="to", description="An RFC 3339 instant, or a UTC day for its end; now, if it is not given"),
]
Every = Annotated[
    StepLength | None, Query(alias="interval", description="The length of a step; one for a chart, if it is not given")
]


def question(
    name: str,
    function: AnyFunction,
    times: tuple[str | None, str | None],
    interval: StepLength | None = None,
    condition: str | None = None,
    group_by: list[str] | None = None,
) -> GetSeries:
    """One canonical form of the question. Raises Invalid, NotUnderstood."""
    at = now()
    # To the minute, so that the same question is asked for as long as the same roll-ups answer it.
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    until = datetime.fromisoformat(times[1]) if times[1] else minute
    since = datetime.fromisoformat(times[0]) if times[0] else until - USUALLY
    instants.require_some_time(iso(since), iso(until))
    keys = tuple(sorted(set(group_by or ())))
    if len(keys) > MAX_KEYS:
        raise Invalid("There are too many dimensions.", [FieldError("groupBy", f"name {MAX_KEYS} at most")])
    return GetSeries(name, function, steps(since, until, interval, at), fields.condition(condition, at), keys)
