"""The cheapest setting that keeps the lag, by trying them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.simulate.model import NEVER, Killing, Outcome, Setting, simulate
from bench.simulate.service import Service

BATCHES = ((10, 0.0), (100, 1.0), (1_000, 1.0), (1_000, 5.0), (5_000, 1.0))
"""Sizes and windows that SQS takes together; 5,000 events are 4 of the 6 MB of an invocation."""
CONCURRENCIES = (2, 5, 10, 50, 250, 1_000)
ENGINES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024)


@dataclass(frozen=True)
class Burst:
    """A steady rate, and for a while several times as much."""

    messages: float
    """A second."""
    times: float = 5.0
    begins: float = 10.0
    lasts: float = 10.0
    seconds: float = 60.0

    def rate(self, at: float) -> float:
        """Messages a second."""
        return self.messages * (self.times if self.begins <= at < self.begins + self.lasts else 1)


@dataclass(frozen=True)
class Trial:
    """A setting, and what it led to."""

    setting: Setting
    outcome: Outcome

    def dollars(self, memory: int, prices: Mapping[str, Mapping[str, Any]]) -> float:
        """Of the invocations of a million messages."""
        invocations, gb_seconds = len(self.outcome.batches), self.outcome.busy * memory / 1024
        used = {"lambda.requests": invocations, "lambda.gb_seconds": gb_seconds}
        total = sum(quantity * prices[name]["usd"] / prices[name]["per"] for name, quantity in used.items())
        return float(total) / self.outcome.done * 1_000_000


def tried(burst: Burst, setting: Setting, service: Service, killing: Killing = NEVER) -> Trial:
    """Simulate one."""
    return Trial(setting, simulate(burst.rate, burst.seconds, setting, service, killing))


def choose(
    burst: Burst, service: Service, p99: float, memory: int, prices: Mapping[str, Mapping[str, Any]]
) -> Trial | None:
    """On the smallest domain that can do it, the cheapest of the settings that keep the lag; None where none does."""
    for engine in ENGINES:
        trials = [tried(burst, each, service) for each in _settings(burst, service, engine, p99)]
        kept = [each for each in trials if each.outcome.percentile(0.99) <= p99]
        if kept:
            return min(kept, key=lambda each: (each.dollars(memory, prices), each.setting.concurrency))
    return None


def _settings(burst: Burst, service: Service, engine: int, p99: float) -> Iterator[Setting]:
    """Those that can be fast enough: what is still waiting when the burst ends must be done within the lag."""
    needed = burst.messages * burst.times * burst.lasts / (burst.lasts + p99)
    for batch, window in BATCHES:
        if engine * batch / service.in_engine(batch) < needed:
            continue
        enough = [each for each in CONCURRENCIES if each * batch / service.alone(batch) >= needed]
        yield from (Setting(batch, window, each, engine) for each in enough[:2])
