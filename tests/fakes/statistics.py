"""Statistics by plain Python: Decimals summed, and the steps of time found by looking again and again."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil
from typing import Any

from common.domain.currencies import EXPONENTS
from query_app.payments.ports import Document
from query_app.payments.statistics.query import GetStatistics, Interval, Part
from query_app.periods import told, zone_of

Json = dict[str, Any]
Key = tuple[Any, ...]


def statistics(query: GetStatistics, documents: list[Document]) -> Json:
    """Of payments that pass all the filters but for the time."""
    zone = zone_of(query.time_zone)
    counted = [document for document in documents if _within(document.get("processedAt"), query)]
    processed = [document for document in counted if document.get("processedAt")]
    by_currency = _groups(counted, lambda each: (each["currency"],))
    found: Json = {
        "status": [
            {"status": status, **_total(code, each), "average": _places(_sum(each) / len(each), code)}
            for (status, code), each in _groups(counted, lambda each: (each["status"], each["currency"])).items()
        ],
        "currency": [_total(code, each) for (code,), each in by_currency.items()],
    }
    if query.interval:
        found["series"] = _series(query, query.interval, zone, processed)
    else:
        days = _groups(processed, lambda each: (_local(each, zone).date().isoformat(), each["currency"]))
        found["daily"] = [{"date": day, **_total(code, each)} for (day, code), each in days.items()]
    if Part.PERCENTILES in query.parts:
        found["percentiles"] = [_percentiles(code, each) for (code,), each in by_currency.items()]
    if Part.TOP_USERS in query.parts:
        found["topUsers"] = [row for (code,), each in by_currency.items() for row in _top_users(code, each)]
    if Part.RATES in query.parts:
        ended = [each for each in documents if any(_within(each.get(at), query) for at in ("processedAt", "failedAt"))]
        found["rates"] = [
            _rates(code, each) for (code,), each in _groups(ended, lambda each: (each["currency"],)).items()
        ]
    return found


def step_of(instant: datetime, interval: Interval, zone: tzinfo) -> datetime:
    """When the step began that holds the instant."""
    local = instant.astimezone(zone)
    day = local.date()
    match interval:
        case Interval.HOUR:
            return instant - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        case Interval.WEEK:
            day -= timedelta(days=day.isoweekday() - 1)
        case Interval.MONTH:
            day = day.replace(day=1)
        case Interval.QUARTER:
            day = date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[ceil(day.month / 3)], 1)
        case Interval.YEAR:
            day = date(day.year, 1, 1)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _series(query: GetStatistics, interval: Interval, zone: tzinfo, processed: list[Document]) -> list[Json]:
    totals = _groups(processed, lambda each: (step_of(_at(each), interval, zone), each["currency"]))
    if not totals:
        return []
    instant = datetime.fromisoformat(query.filters.since) if query.filters.since else min(map(_at, processed))
    until = datetime.fromisoformat(query.filters.until) if query.filters.until else None
    last = until - timedelta(milliseconds=1) if until else max(map(_at, processed))
    steps = {step_of(last, interval, zone)}
    while instant < last:
        steps.add(step_of(instant, interval, zone))
        instant += timedelta(minutes=15) if interval is Interval.HOUR else timedelta(hours=6)
    return [
        {"start": told(step, zone), **_total(code, totals.get((step, code), []))}
        for step in sorted(steps)
        for code in sorted({code for _, code in totals})
    ]


def _within(at: str | None, query: GetStatistics) -> bool:
    since, until = query.filters.since, query.filters.until
    if at is None:
        return since is None and until is None
    return (since is None or at >= since) and (until is None or at < until)


def _groups(documents: Iterable[Document], key: Callable[[Document], Key]) -> dict[Key, list[Document]]:
    groups: dict[Key, list[Document]] = defaultdict(list)
    for document in documents:
        groups[key(document)].append(document)
    return dict(sorted(groups.items()))


def _total(currency: str, documents: list[Document]) -> Json:
    return {"currency": currency, "count": len(documents), "sum": _places(_sum(documents), currency)}


def _sum(documents: list[Document]) -> Decimal:
    return sum((Decimal(document["amount"]) for document in documents), Decimal(0))


def _places(amount: Decimal, currency: str) -> str:
    return f"{amount.quantize(Decimal(1).scaleb(-EXPONENTS[currency]), ROUND_HALF_EVEN):f}"


def _percentiles(currency: str, documents: list[Document]) -> Json:
    amounts = sorted(Decimal(document["amount"]) for document in documents)
    at = {percent: amounts[max(0, ceil(len(amounts) * percent / 100) - 1)] for percent in (50, 90, 95, 99)}
    return {"currency": currency, **{f"p{percent}": _places(amount, currency) for percent, amount in at.items()}}


def _top_users(currency: str, documents: list[Document]) -> list[Json]:
    users = _groups((each for each in documents if "userId" in each), lambda each: (each["userId"],))
    largest = sorted(users.items(), key=lambda each: (-_sum(each[1]), each[0]))[:10]
    return [{"userId": user, **_total(currency, each)} for (user,), each in largest]


def _rates(currency: str, documents: list[Document]) -> Json:
    counts = Counter(document["status"] for document in documents)
    failed, refunded = counts["failed"], counts["refunded"] + counts["partially_refunded"]
    good = counts["completed"] + refunded
    return {
        "currency": currency,
        "count": failed + good,
        "failed": failed,
        "refunded": refunded,
        "failureRate": _rate(failed, failed + good),
        "refundRate": _rate(refunded, good),
    }


def _rate(part: int, whole: int) -> str | None:
    return f"{(Decimal(part) / whole).quantize(Decimal('0.0001'), ROUND_HALF_EVEN)}" if whole else None


def _at(document: Document) -> datetime:
    return datetime.fromisoformat(document["processedAt"])


def _local(document: Document, zone: tzinfo) -> datetime:
    return _at(document).astimezone(zone)
