"""What both sides are compared by: payments reduced to an entry, and control totals of entries. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from common.payments.index import fingerprint

NONE = "none"
"""The day of payments that were not processed yet, and whatever else of a bucket is not there."""


class Bucket(NamedTuple):
    """An organization, a currency, and the UTC day of processing (`2011-01-31`, or NONE)."""

    organization_id: str
    currency: str
    day: str


class Key(NamedTuple):
    """One payment."""

    organization_id: str
    payment_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One payment as one side has it, reduced to what is compared. Amounts are minor units."""

    key: Key
    version: int
    bucket: Bucket
    status: str
    minor: int
    refund_minor: int
    updated_at: datetime
    deleted: bool = False
    """Shown to nobody; its money still counts."""


@dataclass(slots=True)
class Totals:
    """Control totals of a bucket.

    `fingerprints` is the sum over id and version of each payment, so that one missing, stale, extra or exchanged
    payment changes the totals even where count, sum and newest version stay the same.
    """

    count: int = 0
    minor: int = 0
    max_version: int = 0
    fingerprints: int = 0

    def add(self, entry: Entry) -> None:
        """Count one more payment."""
        self.count += 1
        self.minor += entry.minor
        self.max_version = max(self.max_version, entry.version)
        self.fingerprints += fingerprint(*entry.key, entry.version)


@dataclass(frozen=True)
class Difference:
    """One payment on which the sides differ.

    `kind` is `missing`, `stale` (an older version is shown), `past` (right, but an earlier state is missing, whose
    version was expected), `extra` (indexed, and never written), or one of the two that the version guard cannot mend:
    `ahead` (a version that was never written is shown) and `altered` (the right version, with other contents).
    """

    kind: str
    key: Key
    expected_version: int | None
    found_version: int | None

    def as_dict(self) -> dict[str, object]:
        """The wire form: one JSON line."""
        return {
            "kind": self.kind,
            "organizationId": self.key.organization_id,
            "paymentId": self.key.payment_id,
            "expectedVersion": self.expected_version,
            "foundVersion": self.found_version,
        }


def totals_of(pages: Iterable[Iterable[Entry]]) -> dict[Bucket, Totals]:
    """Control totals of any number of entries; what is kept grows with the buckets, not with the entries."""
    totals: dict[Bucket, Totals] = {}
    for page in pages:
        for entry in page:
            totals.setdefault(entry.bucket, Totals()).add(entry)
    return totals


def differing(
    expected: dict[Bucket, Totals], found: Iterable[tuple[Bucket, Totals]]
) -> Iterator[tuple[Bucket, Totals, Totals]]:
    """Buckets on which the sides differ, with the expected and the found totals; uses up `expected`."""
    for bucket, totals in found:
        wanted = expected.pop(bucket, Totals())
        if wanted != totals:
            yield bucket, wanted, totals
    for bucket, wanted in expected.items():
        yield bucket, wanted, Totals()


def difference(key: Key, expected: Entry | None, found: Entry | None) -> Difference | None:
    """Judge one payment; None where the sides agree."""
    kind = _kind(expected, found)
    if kind is None:
        return None
    return Difference(kind, key, expected.version if expected else None, found.version if found else None)


def _kind(expected: Entry | None, found: Entry | None) -> str | None:
    if expected is None or found is None:
        return "missing" if expected else "extra" if found else None
    if found.version != expected.version:
        return "stale" if found.version < expected.version else "ahead"
    return None if found == expected else "altered"
