"""The query parameters, as they are described."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from query_app.instants import End, Start, end_of, readable, start_of
from query_app.logs.asked import MOST_STEPS, Asked
from query_app.logs.query import LogInterval

MAX_WAIT_SECONDS = 20
"""Of a call that waits: API Gateway gives up after 30."""

Text = Annotated[
    Asked | None,
    Query(
        description="Words to find in message and stack trace, and conditions: see docs/query-language.md",
        examples=["level>=warn service:api -attributes.http.method:GET time>=now-3h"],
    ),
]
From = Annotated[
    Start | None,
    Query(alias="from", description="Not before this UTC day or RFC 3339 instant", examples=["2026-01-01"]),
]
To = Annotated[
    End | None,
    Query(
        alias="to",
        description="Before this RFC 3339 instant, or up to the end of this UTC day",
        examples=["2026-01-31T12:00:00Z"],
    ),
]
ZonedFrom = Annotated[
    Annotated[str, readable(start_of)] | None,
    Query(alias="from", description="Not before this day of the zone or RFC 3339 instant", examples=["2026-01-01"]),
]
ZonedTo = Annotated[
    Annotated[str, readable(end_of)] | None,
    Query(
        alias="to",
        description="Before this RFC 3339 instant, or up to the end of this day of the zone",
        examples=["2026-01-31"],
    ),
]
Every = Annotated[
    LogInterval | None,
    Query(
        alias="interval",
        description=f"How long each step is; without it, the shortest that makes no more than {MOST_STEPS} steps, "
        "or an hour where `from` is not named",
    ),
]
Limit = Annotated[int, Query(ge=1, le=500, description="Entries a page")]
PatternLimit = Annotated[int, Query(alias="limit", ge=1, le=200, description="Patterns, the largest first")]
SampleSize = Annotated[
    int, Query(alias="sample", ge=1, le=10_000, description="How many of the newest entries to read")
]
Highlight = Annotated[bool, Query(description="Tell where q matches: highlights, in HTML, of each entry")]
Cursor = Annotated[
    str | None,
    Query(max_length=2000, description="nextCursor or prevCursor of an answer to the same search"),
]
After = Annotated[
    str | None,
    Query(max_length=2000, description="`after` of the answer before, to the same question; without it, the latest"),
]
Wait = Annotated[
    int, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for the first entry that is new since `after`")
]
