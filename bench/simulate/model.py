"""SQS, Lambda's event source mapping and the projector, message by message but in parcels of the same instant.

What is left out: SQS is never the bottleneck, an invocation never fails unless it is killed, and cold starts take part
in no service time.
"""

import math
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import simpy

from bench.simulate.service import Service

TICK = 0.01
"""Seconds: what arrives within it is one parcel."""
FIRST_POLLERS = 5
POLLERS_A_SECOND = 5
"""An event source begins with five invocations at a time and adds up to 300 a minute."""

Rate = Callable[[float], float]
"""Messages a second at an instant."""
_Parcel = tuple[float, int]
"""When messages arrived, and how many."""
_Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Setting:
    """What template.yaml says of the event source, and how many bulks the domain works on at a time."""

    batch: int = 1_000
    window: float = 1.0
    concurrency: int = 10
    engine: int = 2
    """Two nodes of two processors, and each document is written on both."""


@dataclass(frozen=True)
class Killing:
    """While messages arrive, invocations die in the middle; theirs come again after the queue's visibility timeout."""

    every: float
    """Seconds between deaths of any of them, on average."""
    hidden: float = 180.0
    restart: float = 1.0


NEVER = Killing(every=math.inf)


@dataclass
class Outcome:
    """What became of the messages."""

    arrived: int = 0
    done: int = 0
    lags: list[tuple[float, float, int]] = field(default_factory=list)
    """When messages arrived, the seconds from then to the bulk's answer, and how many they were."""
    batches: list[int] = field(default_factory=list)
    busy: float = 0.0
    """Seconds of all invocations together."""
    most_at_a_time: int = 0
    most_waiting: int = 0
    """Messages that were not done, looked at each second."""

    @property
    def mean(self) -> float:
        """Lag of a message."""
        return sum(lag * count for _, lag, count in self.lags) / max(1, self.done)

    def percentile(self, share: float) -> float:
        """The lag that a share of all messages does not exceed; 0 without messages."""
        left = share * self.done
        for _, lag, count in sorted(self.lags, key=itemgetter(1)):
            left -= count
            if left <= 0:
                return lag
        return 0.0


def simulate(
    rate: Rate, seconds: float, setting: Setting, service: Service, killing: Killing = NEVER, seed: int = 1
) -> Outcome:
    """Let messages arrive for so long, then wait until all are done."""
    return _Run(setting, service, killing, random.Random(seed)).until_done(rate, seconds)


class _Run:
    def __init__(self, setting: Setting, service: Service, killing: Killing, chance: random.Random) -> None:
        self._env = simpy.Environment()
        # The oldest first, which SQS does most of the time and promises to nobody.
        self._queue = simpy.PriorityStore(self._env)
        self._engine = simpy.Resource(self._env, setting.engine)
        self._setting = setting
        self._service = service
        self._killing = killing
        self._chance = chance
        self._outcome = Outcome()
        self._invocations: list[simpy.Process] = []
        self._at_work = 0

    def until_done(self, rate: Rate, seconds: float) -> Outcome:
        arriving = self._env.process(self._arrive(rate, seconds))
        for _ in range(min(FIRST_POLLERS, self._setting.concurrency)):
            self._start()
        self._env.process(self._scale())
        self._env.process(self._watch())
        if math.isfinite(self._killing.every):
            self._env.process(self._kill(arriving))
        self._env.run(until=arriving)
        while self._outcome.done < self._outcome.arrived:
            self._env.run(until=self._env.now + 1)
        return self._outcome

    def _arrive(self, rate: Rate, seconds: float) -> _Steps:
        owed = 0.0
        while self._env.now < seconds:
            owed += rate(self._env.now) * TICK
            if whole := int(owed):
                owed -= whole
                self._outcome.arrived += whole
                yield self._queue.put(simpy.PriorityItem(self._env.now, whole))
            yield self._env.timeout(TICK)

    def _start(self) -> None:
        self._invocations.append(self._env.process(self._invoke()))

    def _scale(self) -> _Steps:
        """One more while messages wait that nobody takes."""
        while len(self._invocations) < self._setting.concurrency:
            yield self._env.timeout(1 / POLLERS_A_SECOND)
            if self._queue.items:
                self._start()

    def _watch(self) -> _Steps:
        while True:
            waiting = self._outcome.arrived - self._outcome.done
            self._outcome.most_waiting = max(self._outcome.most_waiting, waiting)
            yield self._env.timeout(1)

    def _kill(self, arriving: simpy.Process) -> _Steps:
        while arriving.is_alive:
            yield self._env.timeout(self._chance.expovariate(1 / self._killing.every))
            self._chance.choice(self._invocations).interrupt()

    def _invoke(self) -> _Steps:
        pause = 0.0
        while True:
            held: list[_Parcel] = []
            try:
                yield self._env.timeout(pause)
                yield from self._gather(held)
                yield from self._project(held)
                pause = 0.0
            except simpy.Interrupt:
                self._env.process(self._come_again(held))
                pause = self._killing.restart

    def _gather(self, held: list[_Parcel]) -> _Steps:
        """A first message, then more until the batch is full or the window is over."""
        yield from self._take(held)
        over = self._env.timeout(self._setting.window)
        while _count(held) < self._setting.batch and not over.processed:
            yield from self._take(held, over)

    def _take(self, held: list[_Parcel], over: simpy.Event | None = None) -> _Steps:
        asked = self._queue.get()
        try:
            yield asked | over if over else asked
        finally:
            if parcel := asked.value if asked.triggered else None:
                self._keep(parcel, held)
            else:
                asked.cancel()

    def _keep(self, parcel: simpy.PriorityItem, held: list[_Parcel]) -> None:
        """As much of it as the batch has room for; the rest goes back in its place."""
        room = self._setting.batch - _count(held)
        if parcel.item > room:
            self._queue.put(simpy.PriorityItem(parcel.priority, parcel.item - room))
        held.append((parcel.priority, min(parcel.item, room)))

    def _project(self, held: list[_Parcel]) -> _Steps:
        messages, began = _count(held), self._env.now
        self._at_work += 1
        self._outcome.most_at_a_time = max(self._outcome.most_at_a_time, self._at_work)
        try:
            yield self._env.timeout(self._service.in_function(messages))
            with self._engine.request() as slot:
                yield slot
                yield self._env.timeout(self._service.in_engine(messages))
        finally:
            self._at_work -= 1
            self._outcome.busy += self._env.now - began
        self._outcome.batches.append(messages)
        self._outcome.done += messages
        self._outcome.lags += [(arrived, self._env.now - arrived, count) for arrived, count in held]

    def _come_again(self, held: list[_Parcel]) -> _Steps:
        yield self._env.timeout(self._killing.hidden)
        for arrived, count in held:
            yield self._queue.put(simpy.PriorityItem(arrived, count))


def _count(held: list[_Parcel]) -> int:
    return sum(count for _, count in held)
