"""OpenSearch's statistics as ours: pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from common.domain.money import decimal_string
from common.payments.index import SPLIT
from common.payments.state import Status
from query_app import periods
from query_app.payments.statistics.dsl import PERCENTS
from query_app.payments.statistics.query import GetStatistics, Interval, Part

Json = dict[str, Any]

_RATE_DECIMALS = 4


def statistics(query: GetStatistics, answers: list[Json]) -> Json:
    """Every list by currency, exact to the minor unit but for percentiles; ordered by the keys of its rows.

    Raises Invalid for a series that is too long.
    """
    aggregations = answers[0]["aggregations"]
    by_currency = sorted(aggregations["currency"]["buckets"], key=lambda bucket: str(bucket["key"]))
    status = [
        {"status": each["key"], **_total(each, bucket["key"]), "average": _average(each, bucket["key"])}
        for bucket in by_currency
        for each in bucket["status"]["buckets"]
    ]
    told: Json = {
        "status": sorted(status, key=lambda row: (row["status"], row["currency"])),
        "currency": [_total(bucket, bucket["key"]) for bucket in by_currency],
    }
    buckets = aggregations["time"]["buckets"]
    if query.interval:
        told["series"] = _series(query, query.interval, buckets)
    else:
        told["daily"] = [row for bucket in buckets for row in _day(bucket, query.time_zone)]
    if Part.PERCENTILES in query.parts:
        told["percentiles"] = [_percentiles(bucket) for bucket in by_currency]
    if Part.TOP_USERS in query.parts:
        told["topUsers"] = [row for bucket in by_currency for row in _top_users(bucket)]
    if Part.RATES in query.parts:
        ended = sorted(answers[1]["aggregations"]["currency"]["buckets"], key=lambda bucket: str(bucket["key"]))
        told["rates"] = [_rates(bucket) for bucket in ended]
    return told


def half_even(total: int, count: int) -> int:
    """`total / count` rounded to a whole number, a half to the even neighbour."""
    quotient, rest = divmod(total, count)
    return quotient + (2 * rest > count or (2 * rest == count and quotient % 2 == 1))


def rates(currency: str, counts: dict[str, int]) -> Json:
    """Of the payments that came to an end: those that failed, and of the others those that were given back."""
    failed = counts.get(Status.FAILED, 0)
    refunded = counts.get(Status.REFUNDED, 0) + counts.get(Status.PARTIALLY_REFUNDED, 0)
    completed = counts.get(Status.COMPLETED, 0) + refunded
    return {
        "currency": currency,
        "count": failed + completed,
        "failed": failed,
        "refunded": refunded,
        "failureRate": _rate(failed, failed + completed),
        "refundRate": _rate(refunded, completed),
    }


def _rate(part: int, whole: int) -> str | None:
    if not whole:
        return None
    return str(Decimal(half_even(part * 10**_RATE_DECIMALS, whole)).scaleb(-_RATE_DECIMALS))


def _rates(bucket: Json) -> Json:
    return rates(bucket["key"], {each["key"]: each["doc_count"] for each in bucket["status"]["buckets"]})


def _series(query: GetStatistics, interval: Interval, buckets: list[Json]) -> list[Json]:
    """A row for each step and each currency of the series, so that every line of a chart has every point."""
    if not buckets:
        return []
    zone = periods.zone_of(query.time_zone)
    totals = {
        (bucket["key"], each["key"]): _total(each, each["key"])
        for bucket in buckets
        for each in bucket["currency"]["buckets"]
    }
    currencies = sorted({currency for _, currency in totals})
    filters = query.filters
    first = datetime.fromisoformat(filters.since) if filters.since else _instant(buckets[0])
    end = datetime.fromisoformat(filters.until) if filters.until else None
    last = end - timedelta(milliseconds=1) if end else _instant(buckets[-1])
    steps = periods.steps(first, last, interval, zone, [bucket["key"] for bucket in buckets])
    periods.require_few(len(steps) * len(currencies), f"{interval}s and currencies")
    return [
        {"start": start, **totals.get((at, currency), _nothing(currency))}
        for at, start in steps.items()
        for currency in currencies
    ]


def _nothing(currency: str) -> Json:
    return {"currency": currency, "count": 0, "sum": decimal_string(0, currency)}


def _day(bucket: Json, time_zone: str) -> Iterator[Json]:
    day = _instant(bucket).astimezone(periods.zone_of(time_zone)).date().isoformat()
    for each in sorted(bucket["currency"]["buckets"], key=lambda each: str(each["key"])):
        yield {"date": day, **_total(each, each["key"])}


def _instant(bucket: Json) -> datetime:
    return periods.instant_of(bucket["key"])


def _percentiles(bucket: Json) -> Json:
    currency, values = bucket["key"], bucket["percentiles"]["values"]
    told = {f"p{percent}": _amount(values[f"{percent}.0"], currency) for percent in PERCENTS}
    return {"currency": currency, **told}


def _amount(minor: float, currency: str) -> str:
    return decimal_string(int(Decimal(minor).to_integral_value(ROUND_HALF_EVEN)), currency)


def _top_users(bucket: Json) -> list[Json]:
    users = bucket["users"]["buckets"]
    # The engine ordered them by sums in doubles.
    users = sorted(users, key=lambda user: (-_sum(user), user["key"]))
    return [{"userId": user["key"], **_total(user, bucket["key"])} for user in users]


def _total(bucket: Json, currency: str) -> Json:
    return {"currency": currency, "count": bucket["doc_count"], "sum": decimal_string(_sum(bucket), currency)}


def _average(bucket: Json, currency: str) -> str:
    return decimal_string(half_even(_sum(bucket), bucket["doc_count"]), currency)


def _sum(bucket: Json) -> int:
    return int(bucket["high"]["value"]) * SPLIT + int(bucket["low"]["value"])
