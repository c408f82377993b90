"""The simulation of queue and projector: what must hold whatever comes in."""

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.simulate.chart import chart
from bench.simulate.choose import Burst, choose, tried
from bench.simulate.model import FIRST_POLLERS, NEVER, Killing, Outcome, Setting, simulate
from bench.simulate.service import BATCHES, Service

SERVICE = Service(function_base=0.004, function_each=0.0002, engine_base=0.003, engine_each=0.0002)
PRICES = {"lambda.requests": {"usd": 0.20, "per": 1_000_000}, "lambda.gb_seconds": {"usd": 0.0000133334, "per": 1}}

rates = st.lists(st.sampled_from([0, 1, 30, 400, 1_500]), min_size=1, max_size=4)
given_settings = st.builds(
    Setting,
    batch=st.sampled_from([1, 10, 250, 1_000]),
    window=st.sampled_from([0.0, 0.2, 1.0]),
    concurrency=st.integers(1, 12),
    engine=st.integers(1, 8),
)
killings = st.just(NEVER) | st.builds(
    Killing, every=st.floats(0.3, 5.0), hidden=st.floats(0.5, 8.0), restart=st.just(0.5)
)


def simulated(steps: list[int], setting: Setting, killing: Killing = NEVER) -> Outcome:
    """A rate for half a second each."""
    return simulate(lambda at: steps[min(len(steps) - 1, int(at * 2))], len(steps) / 2, setting, SERVICE, killing)


@settings(max_examples=40, deadline=None)
@given(rates, given_settings, killings)
def test_nothing_is_lost_and_nothing_is_sooner_done_than_it_takes(
    steps: list[int], setting: Setting, killing: Killing
) -> None:
    # When messages arrive at any rates, and invocations may be killed
    outcome = simulated(steps, setting, killing)

    # Then each is done once, in batches no larger and no more of them at a time than was said
    assert outcome.arrived == pytest.approx(sum(steps) / 2, abs=1)
    assert outcome.done == outcome.arrived == sum(outcome.batches) == sum(count for _, _, count in outcome.lags)
    assert all(size <= setting.batch for size in outcome.batches)
    assert outcome.most_at_a_time <= setting.concurrency
    # And takes as long as the shortest batch at least
    assert all(lag >= SERVICE.alone(1) - 1e-9 for _, lag, _ in outcome.lags)
    # And no more work is done than the invocations had time for
    assert outcome.busy >= sum(map(SERVICE.alone, outcome.batches)) - 1e-6


@settings(max_examples=40, deadline=None)
@given(rates, given_settings.filter(lambda each: each.concurrency < FIRST_POLLERS))
def test_one_more_at_a_time_is_never_worse_in_the_mean(steps: list[int], setting: Setting) -> None:
    # Given an engine that is nobody's bottleneck, and no window: two half batches wait for it where a full one does not
    setting = replace(setting, engine=100, window=0.0)

    # When one more invocation may run at a time
    fewer, more = simulated(steps, setting), simulated(steps, replace(setting, concurrency=setting.concurrency + 1))

    # Then the mean lag is no longer, but for a batch begun an instant before
    assert more.mean <= fewer.mean + SERVICE.alone(1) + 0.02


def test_a_lonely_message_waits_for_the_window_and_its_batch() -> None:
    outcome = simulate(lambda at: 100.0 if at < 0.005 else 0.0, 0.1, Setting(window=1.0), SERVICE)
    assert outcome.arrived == 1
    assert outcome.mean == pytest.approx(1.0 + SERVICE.alone(1), abs=1e-6)


def test_a_killed_batch_comes_again_when_its_messages_are_seen_again() -> None:
    # Given an invocation that dies now and then
    outcome = simulate(lambda _: 200.0, 60, Setting(concurrency=2), SERVICE, Killing(every=5.0, hidden=180.0))

    # Then most messages never notice, and the others waited for the visibility timeout
    assert outcome.percentile(0.5) < 1.5
    assert 180 < outcome.percentile(0.995) < 190
    assert outcome.done == outcome.arrived


def test_what_is_chosen_keeps_the_lag_that_was_given_up_before() -> None:
    # Given a burst that the small domain is behind of for long
    burst = Burst(messages=600, times=30, begins=1, lasts=5, seconds=10)
    assert tried(burst, Setting(), SERVICE).outcome.percentile(0.99) > 3.0

    # When a setting is chosen for three seconds
    chosen = choose(burst, SERVICE, p99=3.0, memory=512, prices=PRICES)

    # Then it keeps them, with a larger domain; and what no setting can keep is not promised
    assert chosen
    assert chosen.outcome.percentile(0.99) <= 3.0
    assert chosen.setting.engine > Setting().engine
    assert choose(Burst(messages=1), SERVICE, p99=0.0, memory=512, prices=PRICES) is None


def test_the_service_times_lie_on_what_was_measured() -> None:
    # Given the measurement that is kept, ends of a line
    rows = [{"messages": 1, "seconds": 0.01, "raw": 0.004}, {"messages": 1_000, "seconds": 0.31, "raw": 0.204}]
    service = Service.measured(rows)
    assert service.alone(1) == pytest.approx(0.01)
    assert service.alone(1_000) == pytest.approx(0.31)
    assert service.in_engine(1_000) == pytest.approx(0.204)
    assert service.times(2).alone(1) == pytest.approx(0.02)
    assert service.with_memory(1_769) == service

    # Then larger batches take longer, and each message less
    kept = Service.read()
    assert all(kept.alone(few) < kept.alone(many) for few, many in pairwise(BATCHES))
    assert kept.alone(1_000) / 1_000 < kept.alone(1)


def test_the_picture_has_a_line_a_name_within_its_frame() -> None:
    drawn = ET.fromstring(chart("Lag", 60, {"a": [(0, 0.5), (59, 20_000.0)], "b": [(0, 0.001)]}))  # noqa: S314  # our own
    lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    points = [tuple(map(float, point.split(","))) for line in lines for point in line.attrib["points"].split()]
    assert len(lines) == 2
    assert all(0 <= x <= 760 and 0 <= y <= 360 for x, y in points)
