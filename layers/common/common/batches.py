"""Sequences cut into pieces of a bounded length."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut into runs of at most `size`, in order, as `itertools.batched` does from Python 3.12 on."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
