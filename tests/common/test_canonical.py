"""The canonical form is what the model would write, whatever was told: its short cut is no second opinion."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from common.domain.canonical import Canonical, Written, decoded
from common.domain.events import Event
from common.domain.instants import is_instant, iso, must_be_instants
from common.domain.model import WireModel
from common.domain.packs import Pack
from common.domain.raw_events import canonical as canonical_event
from common.domain.raw_packs import written_pack
from common.errors import Unreadable
from common.logs.documents import canonical_entry
from common.logs.records import LogRecord
from common.payments.projections import canonical_state
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
PACK = Pack(
    organization_id="org-456", correlation_id="c-1", received_at=NOON, entries=({"id": "1", "deep": [{"ratio": 0.5}]},)
)
MODELS: list[tuple[type[WireModel], Canonical[Any], WireModel]] = [
    (PaymentState, canonical_state, STATE),
    (Event, canonical_event, EVENT),
    (LogRecord, canonical_entry, RECORD),
    (Pack, written_pack, PACK),
]


def dumped(model: WireModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def said(written: Written) -> object:
    """All that it says, as JSON."""
    return decoded(msgspec.json.encode(written))


texts = st.sampled_from(["", "completed", "lost", "2011-01-31T12:00:00Z", "2011-02-29T12:00:00.000Z", "7"]) | st.text()
integers = st.integers() | st.sampled_from([-(2**63) - 1, -(2**63), 2**63 - 1, 2**63, 2**64, 10**30])
values = st.none() | st.booleans() | integers | st.floats(allow_nan=False, allow_infinity=False) | texts
anything: st.SearchStrategy[Any] = (
    values | st.lists(values | st.just({}), max_size=2) | st.dictionaries(texts, values, max_size=2)
)


@st.composite
def told(draw: st.DrawFn) -> tuple[type[WireModel], Canonical[Any], str]:
    """An object as its model writes it, with some fields left out, told otherwise, or added, in any order, as text."""
    model, canonical, written = draw(st.sampled_from(MODELS))
    whole = dumped(written)
    # What a pack has as an entry is left to who reads that one.
    names = sorted({*whole, *model.model_fields, "colour"} - {"entries"})
    left_out = draw(st.sets(st.sampled_from(names), max_size=2))
    otherwise = draw(st.dictionaries(st.sampled_from(names), anything, max_size=3))
    items = {name: value for name, value in {**whole, **otherwise}.items() if name not in left_out}
    text = json.dumps(dict(draw(st.permutations(list(items.items())))), ensure_ascii=False, separators=(",", ":"))
    if draw(st.booleans()):
        text = text.replace(draw(st.sampled_from(['"gift"', "0.5", '"id"', "true"])), draw(st.sampled_from(ODD)))
    return model, canonical, text


ODD = ['"\\ud800"', '"\ud800"', "1E400", "NaN", "01", '"\x01"', '"\\u0001\\uffff"', '"id":2,"id"', "[" * 2_000, "{}"]


def outcome(reading: Callable[[], object]) -> object:
    try:
        return reading()
    except Unreadable as refused:
        return refused.detail.partition(":")[0]


@given(told())
@example(
    (PaymentState, canonical_state, orjson.dumps(dumped(STATE) | {"updatedAt": "2011-02-29T12:00:00.000Z"}).decode())
)
def test_it_is_what_the_model_would_write_or_a_refusal(case: tuple[type[WireModel], Canonical[Any], str]) -> None:
    model, canonical, text = case

    def through_the_model() -> object:
        try:
            whole = dumped(model.model_validate(orjson.loads(text)))
        except orjson.JSONDecodeError:
            raise Unreadable("not JSON: at all") from None
        except ValidationError:
            raise Unreadable(f"{canonical.no}: these") from None
        # Who reads events has lifted them; and what no index takes is refused here.
        numbers = [each for each in whole.values() if type(each) is int]
        if whole.get("schemaVersion", 3) != 3 or any(not -(2**63) <= each < 2**63 for each in numbers):
            raise Unreadable(f"{canonical.no}: these")
        return whole

    assert outcome(lambda: said(canonical(text))) == outcome(through_the_model)


@pytest.mark.parametrize(("model", "canonical", "written"), MODELS)
def test_what_is_canonical_already_never_loads_the_model(
    model: type[WireModel], canonical: Canonical[Any], written: WireModel
) -> None:
    text = written.model_dump_json(by_alias=True, exclude_none=True)
    at_once = canonical.at_once(text)
    assert at_once is not None
    assert said(at_once) == dumped(written)
    # What a projection sets is nothing that is told.
    told = {field.name for field in msgspec.structs.fields(type(at_once)) if field.default is not msgspec.UNSET}
    assert model.model_fields.keys() == told


@given(st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z"), st.integers(0, 23), st.characters())
def test_an_instant_is_canonical_in_one_way_only(text: str, at: int, other: str) -> None:
    assert is_instant(text)
    changed = text[:at] + other + text[at + 1 :]
    assert is_instant(changed) <= (other == text[at] or (other.isascii() and other.isdigit() and text[at].isdigit()))


ALMOST = [
    "2011-01-31T12:00:00Z",
    "2011-01-31",
    "T12:00:00.000Z",
    "2011-02-29T12:00:00.000Z",
    "2011-01-31T12:00:00.000Z2",
    "011-01-31T12:00:00.000Z",
    "2011-01-31 12:00:00.000Z",
    "2011-01-31T12:00:00.\u0660\u0660\u0660Z",
    "",
]


@given(st.lists(st.sampled_from(ALMOST) | st.datetimes().map(iso), max_size=4))
def test_many_instants_are_canonical_where_each_is(told: list[str]) -> None:
    if all(map(is_instant, told)):
        must_be_instants(told)
    else:
        with pytest.raises(ValueError, match="."):
            must_be_instants(told)
