"""A program: reconciles a made-up table of any size with an index that shows the same, and tells its peak memory.

    python -m tests.operations.synthetic PAYMENTS

The two clients answer what DynamoDB and OpenSearch would, page by page, and keep nothing; all else is the real code.
"""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from common.payments.index import SPLIT, SUPERSEDED, fingerprint
from operations_app.adapters.read_side import OpenSearchReadSide
from operations_app.adapters.write_side import DynamoDBWriteSide
from operations_app.reconciliation import Reconciliation

ORGANIZATIONS, DAYS, PAGE = 20, 365, 1_000
AT = "2011-01-01T00:00:00.000Z"


def payment(number: int) -> dict[str, Any]:
    organization, day = number % ORGANIZATIONS, number // ORGANIZATIONS % DAYS
    return {
        "paymentId": f"payment-{number:08d}",
        "organizationId": f"org-{organization}",
        "userId": "user-1",
        "amount": f"{number % 997}.{number % 100:02d}",
        "currency": "EUR",
        "status": "completed",
        "description": "WHITE HANGING HEART T-LIGHT HOLDER",
        "metadata": {"tags": ["gift", "heart"]},
        "requestedAt": AT,
        "processedAt": f"2011-{1 + day // 31:02d}-{1 + day % 28:02d}T00:00:00.000Z",
        "updatedAt": AT,
        "version": 1 + number % 4,
    }


class Table:
    """Scans that make up their pages."""

    def __init__(self, payments: int) -> None:
        self._payments = payments

    def scan(self, Segment: int, TotalSegments: int, **request: Any) -> dict[str, Any]:  # noqa: N803
        start = int(request.get("ExclusiveStartKey", {}).get("pk", {}).get("S", Segment))
        numbers = range(start, min(start + PAGE * TotalSegments, self._payments), TotalSegments)
        items = [
            {"pk": {"S": f"p{number}"}, "state": {"S": orjson.dumps(payment(number)).decode()}} for number in numbers
        ]
        after = start + PAGE * TotalSegments
        more = {"LastEvaluatedKey": {"pk": {"S": str(after)}}} if after < self._payments else {}
        return {"Items": items, "ScannedCount": len(items), **more}


class Search:
    """A composite aggregation over the same payments, a bucket at a time."""

    def __init__(self, payments: int) -> None:
        self._payments = payments

    def request(self, _method: str, *path: str, body: Any = None) -> dict[str, Any]:
        if path[-1] == "_refresh":
            return {}
        if SUPERSEDED in body["query"]["bool"]["filter"]:
            return _answer(list(self._superseded()))
        after = body["aggs"]["buckets"]["composite"].get("after", {"organization": -1})["organization"]
        buckets = list(self._buckets(after + 1)) if after + 1 < ORGANIZATIONS else []
        more = {"after_key": {"organization": after + 1}} if buckets else {}
        return _answer(buckets, **more)

    def _superseded(self) -> Iterator[dict[str, Any]]:
        """How many states all of them left behind."""
        for organization in range(ORGANIZATIONS):
            numbers = range(organization, self._payments, ORGANIZATIONS)
            left = sum(payment(number)["version"] - 1 for number in numbers)
            yield {"key": {"organization": f"org-{organization}"}, "doc_count": left}

    def _buckets(self, organization: int) -> Iterator[dict[str, Any]]:
        """One organization's."""
        days: dict[str, list[int]] = {}
        for number in range(organization, self._payments, ORGANIZATIONS):
            made = payment(number)
            minor = int(made["amount"].replace(".", ""))
            totals = days.setdefault(made["processedAt"][:10], [0, 0, 0, 0])
            totals[0] += 1
            totals[1] += minor
            totals[2] = max(totals[2], made["version"])
            totals[3] += fingerprint(made["organizationId"], made["paymentId"], made["version"])
        for day, (count, minor, version, fingerprints) in days.items():
            yield {
                "key": {"organization": f"org-{organization}", "currency": "EUR", "day": day},
                "doc_count": count,
                "amountHigh": {"value": float(minor // SPLIT)},
                "amountLow": {"value": float(minor % SPLIT)},
                "fingerprint": {"value": float(fingerprints)},
                "version": {"value": float(version)},
            }


def _answer(buckets: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    return {"timed_out": False, "_shards": {"failed": 0}, "aggregations": {"buckets": {"buckets": buckets, **more}}}


def peak_megabytes() -> float:
    """The most this process ever held; getrusage would count what its parent held when it was forked."""
    [kibibytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return round(int(kibibytes) / 1024, 1)


def main() -> None:
    payments = int(sys.argv[1])
    began = time.monotonic()
    compared = Reconciliation(
        DynamoDBWriteSide(Table(payments), "payments"),  # type: ignore[arg-type]
        OpenSearchReadSide(Search(payments)),  # type: ignore[arg-type]
    )
    comparison = compared.compare()
    told = {
        "payments": comparison.payments,
        "buckets": comparison.buckets,
        "differing": len(comparison.differing) + len(comparison.differing_past),
        "peakMegabytes": peak_megabytes(),
        "seconds": round(time.monotonic() - began, 1),
    }
    print(orjson.dumps(told).decode())  # noqa: T201


if __name__ == "__main__":
    main()
