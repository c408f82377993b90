"""What is done about a lost version race: the same again, soon, a few times."""

import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from common.errors import VersionConflict

P = ParamSpec("P")
T = TypeVar("T")

_MORE_TRIES = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5
# Executions that one snapshot started would share the state of a seeded generator, and so their pauses.
_random = random.SystemRandom()


def after_lost_race(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the call answers: at most six tries, with random pauses that grow to half a second."""
    for lost in range(_MORE_TRIES):
        try:
            return call(*args, **kwargs)
        except VersionConflict:
            time.sleep(_random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**lost)))
    return call(*args, **kwargs)
