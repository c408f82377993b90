"""Anything cut into pieces of a bounded length."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Cut into runs of at most `size`, in order, as `itertools.batched` does from Python 3.12 on."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def weighed(items: Iterable[T], weight: Callable[[T], int], most: int) -> Iterator[Sequence[T]]:
    """Cut into runs that weigh at most so much together, in order; what weighs more stands alone."""
    given = list(items)
    weights = list(map(weight, given))
    if given and sum(weights) <= most:
        yield given
        return
    run: list[T] = []
    total = 0
    for item, added in zip(given, weights, strict=True):
        if run and total + added > most:
            yield run
            run, total = [], 0
        run.append(item)
        total += added
    if run:
        yield run
