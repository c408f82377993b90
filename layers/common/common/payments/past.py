"""The states before an event's, each told by what it differed in from the state after it; null: was not there. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

MAX_CHANGES: Final = 1_000
"""Of one payment, before it is erased: the event of its erasure tells all its past, and must fit into a message."""

State = Mapping[str, Any]
"""As JSON."""


def difference(before: State, after: State) -> dict[str, Any]:
    """What turns the later state back into the earlier one."""
    return {name: before.get(name) for name in {**before, **after} if before.get(name) != after.get(name)}


def differences(states: Sequence[State]) -> tuple[dict[str, Any], ...]:
    """Of all but the last, the newest first, as an event carries them; `states` are oldest first."""
    return tuple(difference(before, after) for before, after in pairwise(states))[::-1]


def states_before(state: State, previous: Iterable[State]) -> Iterator[dict[str, Any]]:
    """The whole states again, the newest first."""
    for each in previous:
        state = {name: value for name, value in {**state, **each}.items() if value is not None}
        yield state
