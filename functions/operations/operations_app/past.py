"""Events of before schema version 3 do not say what was before them; the events before them do."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from common.domain.events import Event
from common.payments.past import differences

_ALL = frozenset({"PaymentErased", "PaymentDeleted"})
"""Types whose event changes the whole past."""


class EventKey(NamedTuple):
    """One event of one payment."""

    organization_id: str
    payment_id: str
    version: int


def key_of(event: Event) -> EventKey:
    """How an event is called."""
    return EventKey(event.organization_id, event.aggregate_id, event.aggregate_version)


def with_past(events: Sequence[Event], look_up: Callable[[Collection[EventKey]], Iterable[Event]]) -> Sequence[Event]:
    """The same events, each with the states that it ended or changed; asks once for the events that are not given."""
    known = {key_of(event): event for event in events}
    before = {key: _before(event) for key, event in known.items() if event.aggregate_version > 1 and not event.previous}
    missing = {key for keys in before.values() for key in keys} - known.keys()
    if missing:
        known |= {key_of(event): event for event in look_up(missing)}
    return [_filled(event, before.get(key_of(event), ()), known) for event in events]


def _before(event: Event) -> Sequence[EventKey]:
    """The events whose states it changed, oldest first."""
    first = 1 if event.type in _ALL else event.aggregate_version - 1
    return [key_of(event)._replace(version=version) for version in range(first, event.aggregate_version)]


def _filled(event: Event, before: Sequence[EventKey], known: Mapping[EventKey, Event]) -> Event:
    states = [known[key].state for key in before if key in known]
    if not states or len(states) < len(before):
        return event
    return event.model_copy(update={"previous": differences([*states, event.state])})
