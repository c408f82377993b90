"""Control totals of both sides, and the payments behind a difference. Bounded memory: totals and one page at a time."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from common.batches import batches
from common.domain.instants import now
from operations_app.ports import ReadSide, WriteSide
from operations_app.totals import Bucket, Difference, Entry, Key, Totals, difference, differing, totals_of

GRACE_SECONDS = 30.0
"""How long an event may be on its way."""

LOOK_UPS = 500
HELD = 50_000
"""Payments that wait for their second look, at most."""


@dataclass
class Comparison:
    """What the control totals said: the write side's count, its sums by currency (minor units), and the odd buckets."""

    payments: int = 0
    buckets: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    differing: dict[Bucket, tuple[Totals, Totals]] = field(default_factory=dict)
    differing_past: set[str] = field(default_factory=set)
    """Organizations with more or fewer earlier states than their payments went through."""


class Reconciliation:
    """Compares the sides while both are being written."""

    def __init__(
        self,
        write_side: WriteSide,
        read_side: ReadSide,
        grace_seconds: float = GRACE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._write_side = write_side
        self._read_side = read_side
        self._grace_seconds = grace_seconds
        self._sleep = sleep

    def compare(self, organization_id: str | None = None) -> Comparison:
        """Control totals of all buckets; what is on its way makes buckets differ, which `differences` sorts out."""
        past: Counter[str] = Counter()
        expected = totals_of(_counting(past, self._write_side.entries(organization_id)))
        comparison = Comparison(payments=sum(totals.count for totals in expected.values()))
        for bucket, totals in expected.items():
            comparison.sums[bucket.currency] = comparison.sums.get(bucket.currency, 0) + totals.minor
        comparison.buckets = len(expected)
        for bucket, wanted, found in differing(expected, self._read_side.totals(organization_id)):
            comparison.differing[bucket] = (wanted, found)
        past.subtract(dict(self._read_side.superseded(organization_id)))
        comparison.differing_past = {organization for organization, count in past.items() if count}
        return comparison

    def differences(self, comparison: Comparison, organization_id: str | None = None) -> Iterator[Difference]:
        """The payments behind the odd buckets, each at most once as far as one of its sides did not change meanwhile.

        What was written within the grace is looked at again after it, and counts only then.
        """
        if not comparison.differing and not comparison.differing_past:
            return
        young: list[Key] = []
        for keys in self._suspects(comparison, organization_id):
            for key, wrong, entry in self._judge(keys):
                # Nobody knows since when the write side has none.
                if entry is None or entry.updated_at > now() - timedelta(seconds=self._grace_seconds):
                    young.append(key)
                else:
                    yield wrong
            if len(young) >= HELD:
                yield from self._second_look(young)
                young = []
        if young:
            yield from self._second_look(young)

    def still_differs(self, keys: Sequence[Key]) -> set[Key]:
        """Those on which the sides differ right now."""
        return {key for key, _, _ in self._judge(keys)}

    def _suspects(self, comparison: Comparison, organization_id: str | None) -> Iterator[Sequence[Key]]:
        """Payments that may differ, in pages: first those that were written, then those that only the index shows."""
        for page in self._write_side.entries(organization_id):
            odd = [
                entry
                for entry in page
                if entry.bucket in comparison.differing or entry.key.organization_id in comparison.differing_past
            ]
            for some in batches(odd, LOOK_UPS):
                shown = self._read_side.current([entry.key for entry in some])
                wrong = {entry.key for entry in some if difference(entry.key, entry, shown.get(entry.key))}
                right = [entry for entry in some if entry.key not in wrong]
                wrong |= self._read_side.without_past(right).keys()
                yield [entry.key for entry in some if entry.key in wrong]
        for bucket, (_, found) in comparison.differing.items():
            for keys in self._read_side.keys(bucket) if found.count else ():
                there = self._write_side.current(keys)
                yield [key for key in keys if key not in there]

    def _second_look(self, keys: Sequence[Key]) -> Iterator[Difference]:
        self._sleep(self._grace_seconds)
        yield from (wrong for _, wrong, _ in self._judge(keys))

    def _judge(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Difference, Entry | None]]:
        """Read both sides anew, the index first: a write in between can only make it look stale, never ahead."""
        for some in batches(keys, LOOK_UPS):
            found, expected = self._read_side.current(some), self._write_side.current(some)
            wrong = {key: difference(key, expected.get(key), found.get(key)) for key in some}
            right = [entry for key, entry in expected.items() if not wrong[key]]
            for key, version in self._read_side.without_past(right).items():
                wrong[key] = Difference("past", key, version, None)
            yield from ((key, each, expected.get(key)) for key, each in wrong.items() if each)


def _counting(past: Counter[str], pages: Iterable[Sequence[Entry]]) -> Iterator[Sequence[Entry]]:
    """The same pages; adds up how many states each organization's payments left behind."""
    for page in pages:
        for entry in page:
            past[entry.key.organization_id] += entry.version - 1
        yield page
