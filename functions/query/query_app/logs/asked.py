"""What is asked of log entries, as texts: read and made canonical."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import StringConstraints

from common.domain.instants import now
from query_app.instants import require_some_time
from query_app.language.reading import MAX_LENGTH, parse
from query_app.language.tree import EVERYTHING
from query_app.logs.fields import LOGS
from query_app.logs.query import LogInterval, Wanted

MOST_STEPS = 500
"""Of a histogram whose interval is chosen for it."""

Asked = Annotated[str, StringConstraints(max_length=MAX_LENGTH)]


def wanted(text: str | None, since: str | None, until: str | None, at: datetime | None = None) -> Wanted:
    """One canonical form; `at` is what the text calls now.

    Raises Invalid when the time ends before it begins, and NotUnderstood.
    """
    require_some_time(since, until)
    return Wanted(parse(text, at or now(), LOGS) if text else EVERYTHING, since, until)


def interval(since: str | None, until: str | None) -> LogInterval:
    """The shortest that makes few enough steps."""
    if not since:
        return LogInterval.HOUR
    span = (datetime.fromisoformat(until) if until else now()) - datetime.fromisoformat(since)
    lengths = {
        LogInterval.SECOND: timedelta(seconds=1),
        LogInterval.MINUTE: timedelta(minutes=1),
        LogInterval.HOUR: timedelta(hours=1),
        LogInterval.DAY: timedelta(days=1),
    }
    return next((each for each, length in lengths.items() if span <= MOST_STEPS * length), LogInterval.MONTH)
