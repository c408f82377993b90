"""The canonical form is what the model would write, whatever was told: its short cut is no second opinion."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from common.domain.canonical import Canonical
from common.domain.events import Event
from common.domain.model import WireModel, is_instant
from common.logs.records import LogRecord
from common.payments.state import PaymentState
from tests.builders import NOON, event_of, payment_state

STATE = payment_state(
    metadata={"tags": ["gift"], "none": None},
    processed_at=NOON,
    refund_amount="40.00",
    erased_at=NOON,
    deleted=True,
)
EVENT = event_of(STATE, previous=({"status": "completed", "refundAmount": None},))
RECORD = LogRecord(
    id="1",
    timestamp=NOON,
    number=1,
    level="info",
    service="api",
    message="paid",
    attributes={"none": None, "deep": [{"ratio": 0.5}]},
    stack_trace="at pay()",
    retention_days=30,
)
WRITTEN: list[tuple[type[WireModel], dict[str, Any]]] = [
    (PaymentState, EVENT.state),
    (Event, dict(EVENT.canonical())),
    (LogRecord, RECORD.model_dump(mode="json", by_alias=True, exclude_none=True)),
]

texts = st.sampled_from(["", "completed", "lost", "2011-01-31T12:00:00Z", "2011-02-29T12:00:00.000Z", "7"]) | st.text()
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
anything: st.SearchStrategy[Any] = (
    values | st.lists(values | st.just({}), max_size=2) | st.dictionaries(texts, values, max_size=2)
)


@st.composite
def told(draw: st.DrawFn) -> tuple[type[WireModel], dict[str, Any]]:
    """An object as its model writes it, with some fields left out, told otherwise, or added, in any order."""
    model, written = draw(st.sampled_from(WRITTEN))
    names = sorted([*written, *model.model_fields, "colour"])
    left_out = draw(st.sets(st.sampled_from(names), max_size=2))
    otherwise = draw(st.dictionaries(st.sampled_from(names), anything, max_size=3))
    items = {name: value for name, value in {**written, **otherwise}.items() if name not in left_out}
    return model, dict(draw(st.permutations(list(items.items()))))


def outcome(reading: Callable[[dict[str, Any]], object], given: dict[str, Any]) -> object:
    try:
        return reading(given)
    except ValidationError as refused:
        return refused.errors(include_context=False)


@given(told())
@example((PaymentState, EVENT.state | {"updatedAt": "2011-02-29T12:00:00.000Z"}))
def test_it_is_what_the_model_would_write_or_the_same_refusal(case: tuple[type[WireModel], dict[str, Any]]) -> None:
    model, given = case

    def through_the_model(given: dict[str, Any]) -> object:
        return model.model_validate(given).model_dump(mode="json", by_alias=True, exclude_none=True)

    assert outcome(Canonical(model), given) == outcome(through_the_model, given)


@pytest.mark.parametrize(("model", "written"), WRITTEN)
def test_what_is_canonical_already_is_not_built_anew(model: type[WireModel], written: dict[str, Any]) -> None:
    assert Canonical(model)(written) is written


@given(st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z"), st.integers(0, 23), st.characters())
def test_an_instant_is_canonical_in_one_way_only(text: str, at: int, other: str) -> None:
    assert is_instant(text)
    changed = text[:at] + other + text[at + 1 :]
    assert is_instant(changed) <= (other == text[at] or (other.isascii() and other.isdigit() and text[at].isdigit()))
