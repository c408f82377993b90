"""A DDSketch as the bins that it consists of: any percentile is right to one percent of its value.

A bin's number depends on the value alone, by arithmetic that all machines do alike, and merging adds up counts. So the
same values make the same bins, in whatever order and pieces they come. Nothing is ever collapsed: values from a
nanosecond to a year in seconds are 1,900 bins at most.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ddsketch.mapping import CubicallyInterpolatedMapping

ACCURACY: Final = 0.01
MAPPING = CubicallyInterpolatedMapping(ACCURACY)
SMALLEST = 1e-12
"""What is nearer to zero counts as zero."""

Bin = tuple[int, int]
"""The sign of its values (-1, 0, 1), and the mapping's key of how large they are."""
Bins = Mapping[Bin, int]
"""How many values each bin has; none is empty."""


def bin_of(value: float) -> Bin:
    """The bin that a value belongs to."""
    size = abs(value)
    if size < SMALLEST:
        return 0, 0
    return (1 if value > 0 else -1), MAPPING.key(size)


def merged(parts: Iterable[Bins]) -> Bins:
    """All values of all of them."""
    total: dict[Bin, int] = {}
    for part in parts:
        for each, count in part.items():
            total[each] = total.get(each, 0) + count
    return total


def quantile(bins: Bins, share: float) -> float | None:
    """The value that a share of all values does not exceed, as DDSketch's own class tells it; None of none."""
    rank = share * (sum(bins.values()) - 1)
    passed = 0
    # From the most negative value on: of negative ones, the largest key comes first.
    for sign, key in sorted(bins, key=lambda each: (each[0], each[0] * each[1])):
        passed += bins[sign, key]
        if passed > rank:
            return sign * MAPPING.value(key) if sign else 0.0
    return None


def of_buckets(bounds: Sequence[float], counts: Sequence[int], least: float, most: float) -> Bins:
    """What a histogram knows: all values of a bucket as its middle one; `least` and `most` end the outer buckets."""
    edges = [least, *(min(max(bound, least), most) for bound in bounds), most]
    total: dict[Bin, int] = {}
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


def encoded(bins: Bins) -> str:
    """One text for one sketch: for each sign the steps from key to key and the counts, as variable-length numbers."""
    data = bytearray()
    for sign in (-1, 0, 1):
        keys = sorted(key for own, key in bins if own == sign)
        data += _varint(len(keys))
        before = 0
        for key in keys:
            data += _varint(_zigzag(key - before)) + _varint(bins[sign, key])
            before = key
    return b64encode(data).decode()


def decoded(text: str) -> Bins:
    """The bins of `encoded`."""
    numbers = iter(_numbers(b64decode(text)))
    bins: dict[Bin, int] = {}
    for sign in (-1, 0, 1):
        key = 0
        for _ in range(next(numbers)):
            key += _unzigzag(next(numbers))
            bins[sign, key] = next(numbers)
    return bins


def _varint(number: int) -> bytes:
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


def _numbers(data: bytes) -> list[int]:
    numbers: list[int] = []
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    return numbers


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _unzigzag(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number + 1) // 2
