"""A DDSketch as the bins that it consists of: any percentile is right to one percent of its value.

A bin's number depends on the value alone, by arithmetic that all machines do alike, and merging adds up counts. So the
same values make the same bins, in whatever order and pieces they come. Nothing is ever collapsed: values from a
nanosecond to a year in seconds are 1,900 bins at most.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

from ddsketch.mapping import CubicallyInterpolatedMapping

ACCURACY: Final = 0.01
MAPPING = CubicallyInterpolatedMapping(ACCURACY)
SMALLEST = 1e-12
"""What is nearer to zero counts as zero."""
LARGEST = 1e18
"""Of a value, either way."""

Bins = Mapping[int, int]
"""How many values each bin has, by the bin's number: a larger one has larger values. None is empty."""
Kept = Sequence[int]
"""Bins as a document keeps them: each as one number, which a column of the engine's holds as it is."""

_ZERO: Final = 4_096
"""The bin of zero. Around it are those of the mapping's keys, negative values below."""
_BELOW: Final = MAPPING.key(SMALLEST) - 1
_BITS: Final = 13
"""Of a number in which the bin stands, below its count."""
_BIN: Final = (1 << _BITS) - 1
_ONE: Final = 1 << _BITS
_TWO: Final = 2 << _BITS


def bin_of(value: float) -> int:
    """The bin that a value belongs to."""
    size = abs(value)
    if size < SMALLEST:
        return _ZERO
    key = int(MAPPING.key(size)) - _BELOW
    return _ZERO + key if value > 0 else _ZERO - key


def merged(parts: Iterable[Bins]) -> Bins:
    """All values of all of them."""
    total: dict[int, int] = {}
    for part in parts:
        for each, count in part.items():
            total[each] = total.get(each, 0) + count
    return total


def quantile(bins: Bins, share: float) -> float | None:
    """The value that a share of all values does not exceed, as DDSketch's own class tells it; None of none."""
    rank = share * (sum(bins.values()) - 1)
    passed = 0
    for each in sorted(bins):
        passed += bins[each]
        if passed > rank:
            return _value_of(each)
    return None


def quantile_of(sketches: Iterable[Kept], share: float) -> float | None:
    """The same of all values of all sketches; each is in its order."""
    # Of a minute most bins have a single value. Sorting these is faster than counting them.
    ones: list[int] = []
    others: list[int] = []
    for sketch in sketches:
        if sketch[-1] < _TWO:
            ones += sketch
        else:
            first = bisect_left(sketch, _TWO)
            ones += sketch[:first]
            others += sketch[first:]
    if not (ones or others):
        return None
    ones.sort()
    bins = decoded(others)
    ordered = sorted(bins)
    counts = list(accumulate(map(bins.__getitem__, ordered), initial=0))
    rank = share * (len(ones) + counts[-1] - 1)

    def passed(place: int) -> int:
        """How many values there are up to those of one of the other bins."""
        return counts[place + 1] + bisect_right(ones, _ONE | ordered[place])

    place = bisect_right(range(len(ordered)), rank, key=passed)
    single = int(rank) - counts[place]
    if single < len(ones) and (place == len(ordered) or ones[single] < _ONE | ordered[place]):
        return _value_of(ones[single] & _BIN)
    return _value_of(ordered[place]) if place < len(ordered) else None


def of_buckets(bounds: Sequence[float], counts: Sequence[int], least: float, most: float) -> Bins:
    """What a histogram knows: all values of a bucket as its middle one; `least` and `most` end the outer buckets."""
    edges = [least, *(min(max(bound, least), most) for bound in bounds), most]
    total: dict[int, int] = {}
    for (low, high), count in zip(pairwise(edges), counts, strict=True):
        if count:
            middle = bin_of(_middle(low, high))
            total[middle] = total.get(middle, 0) + count
    return total


def _middle(low: float, high: float) -> float:
    """Off from both ends by the same share of them, where they are on one side of zero."""
    if low == high:
        return low
    return 2 * low * high / (low + high) if low * high > 0 else (low + high) / 2


def _value_of(number: int) -> float:
    """What stands for the values of a bin."""
    key = abs(number - _ZERO)
    if key == 0:
        return 0.0
    size = float(MAPPING.value(key + _BELOW))
    return size if number > _ZERO else -size


def encoded(bins: Bins) -> Kept:
    """The same bins are the same numbers, in their order."""
    return sorted(count << _BITS | each for each, count in bins.items())


def decoded(sketch: Kept) -> Bins:
    """The bins of one, or those of some that stand behind one another."""
    total: dict[int, int] = {}
    # Many series have the same numbers: these are counted faster than they are taken apart.
    for number, times in Counter(sketch).items():
        each = number & _BIN
        total[each] = total.get(each, 0) + (number >> _BITS) * times
    return total
