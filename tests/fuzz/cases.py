"""How many cases there are, how many there were, and that none hangs."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings

from local.inprocess.gateway import Gateway, HttpAnswer, HttpRequest

CASES: Counter[str] = Counter()
"""What was tried, by what it was tried on."""
SLOWEST: dict[str, float] = {"a request": 0.0}
"""Seconds."""
AT_ONCE_SECONDS = 29
"""A request that takes longer hangs: API Gateway would have given it up, and a tail of logs waits for 20."""


def examples(share: int, steps: int = 50) -> settings:
    """The same ones each time, unless FUZZ_EXAMPLES asks for so many others."""
    asked = os.environ.get("FUZZ_EXAMPLES")
    return settings(
        max_examples=int(asked or "10") * share,
        stateful_step_count=steps,
        derandomize=asked is None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def watched(gateway: Gateway) -> Iterator[None]:
    """Count requests, and let none of them hang."""
    handle = gateway.handle

    def handled(request: HttpRequest) -> HttpAnswer:
        started = time.monotonic()
        answer = handle(request)
        took = time.monotonic() - started
        CASES["requests"] += 1
        SLOWEST["a request"] = max(SLOWEST["a request"], took)
        assert took < AT_ONCE_SECONDS, (request, took)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway, "handle", handled)
        yield
