"""What can be asked, as types and on the wire. The API's `minAmount` is `min_amount` here, and `from` is `from_`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypedDict

from pydantic.alias_generators import to_camel

Amount = Decimal | int | str
"""Exact money. A float is refused, by type checkers and when it runs."""
Moment = date | datetime | str
"""A day (UTC), or an instant with its time zone."""
Status = Literal["requested", "processing", "completed", "failed", "partially_refunded", "refunded"]
Sort = Literal["-score", "score", "-processedAt", "processedAt", "-amount", "amount"]
Total = Literal["exact", "bounded"]
Facet = Literal["status", "currency", "tags", "amount", "month"]
Interval = Literal["hour", "day", "week", "month", "quarter", "year"]
Part = Literal["percentiles", "topUsers", "rates"]
LogInterval = Literal["second", "minute", "hour", "day", "week", "month"]
SeriesFunction = Literal["rate", "avg", "sum", "min", "max", "count", "p50", "p95", "p99"]
StepLength = Literal["1m", "5m", "15m", "1h", "6h", "1d", "7d"]

ExportFormat = Literal["csv", "ndjson"]

Wire = dict[str, str | list[str]]
_LISTS = frozenset({"status", "currency", "fields"})


class Filters(TypedDict, total=False):
    """Which payments are meant."""

    status: Status | Sequence[Status]
    currency: str | Sequence[str]
    min_amount: Amount
    max_amount: Amount
    from_: Moment
    to: Moment


class Criteria(Filters, total=False):
    """Which payments are meant, and their order."""

    sort: Sort


class SearchOptions(Criteria, total=False):
    """How a search answers."""

    total: Total
    facets: Sequence[Facet]
    highlight: bool
    as_of: Moment


class StatisticsOptions(Filters, total=False):
    """What statistics are made of."""

    interval: Interval
    time_zone: str
    include: Sequence[Part]
    compare: Literal["previous"]


def wire(parameters: Mapping[str, object]) -> Wire:
    """Parameters as the API takes them; those that are None are left out. Raises TypeError, ValueError."""
    return {
        to_camel(name.rstrip("_")): [text(each) for each in value] if isinstance(value, list | tuple) else text(value)
        for name, value in parameters.items()
        if value is not None
    }


def body(parameters: Mapping[str, object]) -> Wire:
    """Parameters as the members of a JSON body, where what may be several is always a list. Raises as `wire` does."""
    return {
        name: [each] if name in _LISTS and isinstance(each, str) else each for name, each in wire(parameters).items()
    }


def text(value: object) -> str:
    """One value on the wire. Raises TypeError for a float, ValueError for an instant without a time zone."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{value!r} needs a time zone, such as datetime.UTC")
            return value.isoformat()
        case date():
            return value.isoformat()
    raise TypeError(f"{value!r} is not exact: use a Decimal or a str")
