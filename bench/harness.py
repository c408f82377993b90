"""What every row is measured with: rounds of ours and of the raw engine in turn, and the medians of both."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

Call = Callable[[], object]

MANY_ROUNDS: Final = 25
"""Of what takes little time: the machine's speed changes within seconds."""
WARM_UP: Final = 10
"""Rounds until the engines have compiled what they run: cold ones take twice to five times as long."""


@dataclass(frozen=True)
class Limit:
    """What a row must reach and what it aims at; `better` says on which side of them is good."""

    must: float
    aim: float
    better: Literal["lower", "higher"] = "lower"

    def verdict(self, value: float) -> Literal["aim", "must", "missed"]:
        """Which of the two a value reaches."""

        def reaches(limit: float) -> bool:
            return value <= limit if self.better == "lower" else value >= limit

        if reaches(self.aim):
            return "aim"
        return "must" if reaches(self.must) else "missed"


@dataclass(frozen=True)
class Figure:
    """One measured row: its value against its limit, and in words what the value was made of."""

    row: str
    unit: str
    value: float
    limit: Limit
    detail: str


@dataclass(frozen=True)
class Rounds:
    """Seconds of ours and of the raw engine, a pair a round."""

    ours: Sequence[float]
    raw: Sequence[float]

    @property
    def ratio(self) -> float:
        """The median over the rounds of ours to raw: what slows the whole machine for a while slows both of a round."""
        return median(ours / raw for ours, raw in zip(self.ours, self.raw, strict=True))

    @property
    def ours_median(self) -> float:
        """Seconds."""
        return median(self.ours)

    @property
    def raw_median(self) -> float:
        """Seconds."""
        return median(self.raw)

    @property
    def added(self) -> float:
        """The median over the rounds of what ours takes longer, in seconds."""
        return median(ours - raw for ours, raw in zip(self.ours, self.raw, strict=True))


def interleaved(rounds: int, ours: Callable[[int], float], raw: Callable[[int], float], warm_up: int = 1) -> Rounds:
    """Run both in each round after some that do not count; each is given the round's number and answers seconds."""
    return _measured(rounds, warm_up, lambda number: (ours(number), raw(number)))


def alternating(prepared: Callable[[int], Iterable[tuple[Call, Call]]], rounds: int = 15, warm_up: int = 3) -> Rounds:
    """Rounds of several pairs of ours and of the raw engine, either first in turn, and the sums of both sides.

    For what leaves the engine work behind, such as refreshing its indices: a round is long enough to meet with it.
    `prepared` may make a pair when the one before is done with, or all of a round before the first.
    """

    def one(number: int) -> tuple[float, float]:
        sums = [0.0, 0.0]
        for place, pair in enumerate(prepared(number), start=number):
            for side in (0, 1) if place % 2 else (1, 0):
                sums[side] += seconds(pair[side])
        return sums[0], sums[1]

    return _measured(rounds, warm_up, one)


def _measured(rounds: int, warm_up: int, one: Callable[[int], tuple[float, float]]) -> Rounds:
    """What each round says of ours and of the raw engine, those left out that warm up."""
    measured = [one(number) for number in range(warm_up + rounds)][warm_up:]
    return Rounds([ours for ours, _ in measured], [raw for _, raw in measured])


def seconds(call: Call) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def typical(calls: Sequence[Call]) -> float:
    """The median seconds of some calls."""
    return median(seconds(call) for call in calls)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def logs_aside() -> Iterator[None]:
    """Send what the functions log to nowhere, at full level: formatting and writing it is part of what is measured."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
