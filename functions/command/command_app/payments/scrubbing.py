"""A stored event without what is personal. Pure; for events of every schema version, as they stand in the table."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from pydantic.alias_generators import to_camel

from common.domain.events import Event, read_event
from common.domain.upcasters import UPCASTERS
from common.payments.past import differences
from common.payments.state import ERASED, PERSONAL, PaymentState

# Only what is known to be impersonal stays: a field that is forgotten here is lost, not leaked.
_ENVELOPE: Final = frozenset(map(to_camel, Event.model_fields))
_STATE: Final = frozenset(map(to_camel, PaymentState.model_fields.keys() - PERSONAL))
_DATA: Final = frozenset({"amount", "currency", "imported"})


def scrubbed(body: str) -> str:
    """An event's wire form, with the same ids, version, instants, money and status, and nothing else."""
    event = {name: value for name, value in orjson.loads(body).items() if name in _ENVELOPE}
    data = {name: value for name, value in event.get("data", {}).items() if name in _DATA}
    state = {**_impersonal(event["state"]), "description": ERASED, "metadata": {}}
    previous = [_impersonal(each) for each in event.get("previous", [])]
    return orjson.dumps({**event, "state": state, "data": data, "previous": previous}).decode()


def with_past(erasure: Event, scrubbed_events: Iterable[str]) -> Event:
    """The erasure's event with all states before it, as they are without the person; the events are oldest first."""
    states = [read_event(body, UPCASTERS).state for body in scrubbed_events]
    return erasure.model_copy(update={"previous": differences([*states, erasure.state])})


def _impersonal(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name in _STATE}
