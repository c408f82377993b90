"""A stored event without what is personal. Pure; for events of every schema version, as they stand in the table."""

from typing import Final

import orjson
from pydantic.alias_generators import to_camel

from common.events import Event
from common.payments import ERASED, PERSONAL, PaymentState

# Only what is known to be impersonal stays: a field that is forgotten here is lost, not leaked.
_ENVELOPE: Final = frozenset(map(to_camel, Event.model_fields))
_STATE: Final = frozenset(map(to_camel, PaymentState.model_fields.keys() - PERSONAL))
_DATA: Final = frozenset({"amount", "currency", "imported"})


def scrubbed(body: str) -> str:
    """An event's wire form, with the same ids, version, instants, money and status, and nothing else."""
    event = {name: value for name, value in orjson.loads(body).items() if name in _ENVELOPE}
    state = {name: value for name, value in event["state"].items() if name in _STATE}
    data = {name: value for name, value in event.get("data", {}).items() if name in _DATA}
    return orjson.dumps({**event, "state": {**state, "description": ERASED}, "data": data}).decode()
