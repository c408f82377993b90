"""How an event of an old schema version becomes one of the next. Pure; the input is not changed.

Version 1 wrote amounts as JSON numbers and tags as one comma-separated text; version 2 writes decimal strings and a
list. Version 3 adds the previous states; of an older event that is not the first, they are not known.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from common.domain.money import exponent_of
from common.domain.raw_events import RawEvent, Upcaster


def _from_1_to_2(raw: RawEvent) -> RawEvent:
    state = dict(raw["state"])
    exponent = exponent_of(state["currency"])
    for name in ("amount", "refundAmount"):
        if state.get(name) is not None:
            state[name] = _decimal_string(state[name], exponent)
    if isinstance(state.get("metadata"), Mapping):
        state["metadata"] = _with_tag_list(state["metadata"])
    return {**raw, "schemaVersion": 2, "state": state}


def _from_2_to_3(raw: RawEvent) -> RawEvent:
    return {**raw, "schemaVersion": 3}


def _decimal_string(number: float, exponent: int) -> str:
    # A float's shortest form is what the old writer was given; its binary value is not.
    return str(Decimal(str(number)).quantize(Decimal(1).scaleb(-exponent)))


def _with_tag_list(metadata: Mapping[str, Any]) -> dict[str, Any]:
    tags = metadata.get("tags")
    if not isinstance(tags, str):
        return dict(metadata)
    return {**metadata, "tags": [tag.strip() for tag in tags.split(",") if tag.strip()]}


UPCASTERS: Mapping[int, Upcaster] = {1: _from_1_to_2, 2: _from_2_to_3}
"""By the version that each one lifts."""
