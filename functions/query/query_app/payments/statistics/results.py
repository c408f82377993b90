"""OpenSearch's statistics as ours: pure."""

from typing import Any

from common.money import decimal_string
from common.payment_index import SPLIT

Json = dict[str, Any]


def statistics(answer: Json) -> Json:
    """`status`, `currency` and `daily`, each by currency, exact to the minor unit; ordered by their keys."""
    status: list[Json] = []
    currency: list[Json] = []
    daily: list[Json] = []
    for bucket in answer["aggregations"]["currency"]["buckets"]:
        code = bucket["key"]
        currency.append({"currency": code, **_count_and_sum(bucket, code)})
        status += [
            {"status": each["key"], "currency": code, **_count_and_sum(each, code), "average": _average(each, code)}
            for each in bucket["status"]["buckets"]
        ]
        daily += [
            {"date": each["key_as_string"], "currency": code, **_count_and_sum(each, code)}
            for each in bucket["daily"]["buckets"]
        ]
    return {
        "status": sorted(status, key=lambda row: (row["status"], row["currency"])),
        "currency": sorted(currency, key=lambda row: str(row["currency"])),
        "daily": sorted(daily, key=lambda row: (row["date"], row["currency"])),
    }


def half_even(total: int, count: int) -> int:
    """`total / count` rounded to a whole number, a half to the even neighbour."""
    quotient, rest = divmod(total, count)
    return quotient + (2 * rest > count or (2 * rest == count and quotient % 2 == 1))


def _count_and_sum(bucket: Json, currency: str) -> Json:
    return {"count": bucket["doc_count"], "sum": decimal_string(_sum(bucket), currency)}


def _average(bucket: Json, currency: str) -> str:
    return decimal_string(half_even(_sum(bucket), bucket["doc_count"]), currency)


def _sum(bucket: Json) -> int:
    return int(bucket["high"]["value"]) * SPLIT + int(bucket["low"]["value"])
