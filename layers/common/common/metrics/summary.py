"""What is known of some values: how many, their exact sum, the least and the most, and their sketch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from functools import cached_property
from typing import Any

from common.metrics.sketch import Bins, Kept, bin_of, decoded, encoded, merged, of_buckets, quantile

Number = int | float
Packed = Number | list[Any]

# A number is its decimal form, as it was sent: 0.1 and 0.2 are 0.3. Nothing is rounded, or it is a defect.
_EXACT = Context(prec=1_000, traps=[Inexact])
_WHOLE = 2**53


def number(value: Number) -> Number:
    """One form for one number: 5 for 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE else value


def exact_sum(values: Iterable[Number | Decimal]) -> Decimal:
    """The sum of the numbers' decimal forms: the same in any order, nothing lost."""
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, Decimal(str(value)))
    return total


@dataclass(frozen=True)
class Summary:
    """Of one value or more."""

    count: int
    total: Decimal
    least: Number
    most: Number
    bins: Bins

    @classmethod
    def of(cls, values: Sequence[Number]) -> "Summary":
        """Of these values."""
        numbers = [number(value) for value in values]
        bins = merged({bin_of(value): 1} for value in numbers)
        return cls(len(numbers), exact_sum(numbers), min(numbers), max(numbers), bins)

    @classmethod
    def of_histogram(
        cls, bounds: Sequence[Number], counts: Sequence[int], total: Number, ends: tuple[Number | None, Number | None]
    ) -> "Summary":
        """Of values that somebody counted by buckets: `counts[i]` of them up to `bounds[i]`, the last above all.

        `ends` are the least and the most of the values, as far as they are known.
        """
        filled = [at for at, count in enumerate(counts) if count]
        least = ends[0] if ends[0] is not None else bounds[max(filled[0] - 1, 0)]
        most = ends[1] if ends[1] is not None else bounds[min(filled[-1], len(bounds) - 1)]
        bins = of_buckets(bounds, counts, least, most)
        return cls(sum(counts), exact_sum([total]), number(least), number(most), bins)

    @classmethod
    def merged(cls, parts: Sequence["Summary"]) -> "Summary":
        """Of all values of all of them; there is one at least."""
        return cls(
            sum(part.count for part in parts),
            exact_sum(part.total for part in parts),
            min(part.least for part in parts),
            max(part.most for part in parts),
            merged(part.bins for part in parts),
        )

    @cached_property
    def sketch(self) -> Kept:
        """The bins as a document keeps them."""
        return encoded(self.bins)

    def quantile(self, share: float) -> float:
        """The value that a share of all values does not exceed, to one percent, and no further than the outer ones."""
        found = quantile(self.bins, share)
        return float(self.least if found is None else min(max(found, self.least), self.most))

    def packed(self) -> Packed:
        """As a document keeps it: a single value as itself."""
        if self.count == 1 and self.least == self.most and self.total == Decimal(str(self.least)):
            return self.least
        return [self.count, str(self.total), self.least, self.most, self.sketch]

    @classmethod
    def unpacked(cls, kept: Packed) -> "Summary":
        """What `packed` kept."""
        if isinstance(kept, int | float):
            return cls.of([kept])
        count, total, least, most, sketch = kept
        return cls(count, Decimal(total), number(least), number(most), decoded(sketch))
