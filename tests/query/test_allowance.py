"""An organization that asks too much is told to wait, and nobody else notices."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from common.errors import TooMany
from query_app.allowance import WINDOW_SECONDS, Allowance
from query_app.query import Answer, Query, QueryContext

NOON = 1_700_000_000.0


@dataclass
class FakeTally:
    """`down` makes it know nothing."""

    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    calls: int = 0
    down: bool = False

    def asked(self, context: str, organization_id: str, window: int, number: int) -> int | None:
        self.calls += 1
        if self.down:
            return None
        self.counts[context, organization_id, window] += number
        return self.counts[context, organization_id, window]


@dataclass
class Clock:
    seconds: float = NOON

    def __call__(self) -> float:
        return self.seconds


def process(tally: FakeTally, clock: Clock) -> Allowance:
    return Allowance(tally, per_second=2, clock=clock)


def ask(allowance: Allowance, organization_id: str = "org-456", times: int = 1) -> int:
    """How many of so many questions were answered."""
    context = QueryContext(organization_id, "user-1", "agent", "trail")
    answered = 0
    for _ in range(times):
        try:
            allowance(Query(), context, lambda *_: Answer.fresh({}))
        except TooMany:
            continue
        answered += 1
    return answered


def test_what_is_above_the_rate_is_refused_until_the_window_is_over() -> None:
    # Given a process that has answered as much as a window allows
    clock = Clock()
    allowance = process(FakeTally(), clock)
    assert ask(allowance, times=50) == 2 * WINDOW_SECONDS
    # When it is asked once more
    clock.seconds += 3
    with pytest.raises(TooMany) as refused:
        allowance(Query(), QueryContext("org-456", "u", "agent", "t"), lambda *_: Answer.fresh({}))
    # Then it says how long to wait, and that is enough
    assert refused.value.headers == {"Retry-After": "7"}
    clock.seconds += 7
    assert ask(allowance) == 1


def test_another_organization_is_answered_all_the_while() -> None:
    allowance = process(FakeTally(), Clock())
    assert ask(allowance, times=50) == 20
    assert ask(allowance, "org-789", times=10) == 10


def test_processes_hold_the_limit_together_but_for_a_second() -> None:
    # Given two processes with one tally, each asked ten times a second
    tally, clock = FakeTally(), Clock()
    one, other = process(tally, clock), process(tally, clock)
    answered = 0
    for _ in range(WINDOW_SECONDS):
        answered += ask(one, times=10) + ask(other, times=10)
        clock.seconds += 1
    # Then together they answer what one may, and what they could in the second that they did not know of each other
    assert 20 <= answered <= 20 + 2 * 10
    # And the tally was asked once a second by each at most
    assert tally.calls <= 2 * WINDOW_SECONDS


def test_without_a_tally_each_process_holds_the_limit_by_itself() -> None:
    assert ask(process(FakeTally(down=True), Clock()), times=50) == 20
