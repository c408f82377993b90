"""The envelope: read as it was written, old versions lifted, everything else refused with a reason."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.events import read_event
from common.domain.upcasters import UPCASTERS
from common.errors import Unreadable
from tests.builders import event_of, payment_state


def version_1(**state: Any) -> bytes:
    """An event as the first writer wrote it: amounts as numbers, tags as one text."""
    event = orjson.loads(event_of(payment_state()).to_json())
    event["schemaVersion"] = 1
    event["state"] |= {"amount": 100.1, "metadata": {"tags": "gift, red ,"}, **state}
    return orjson.dumps(event)


def test_an_event_is_read_as_it_was_written() -> None:
    event = event_of(payment_state(metadata={"tags": ["gift"], "deep": {"er": [1, 2.5, None, "é"]}}))
    assert read_event(event.to_json(), UPCASTERS) == event


def test_readers_tolerate_fields_of_newer_writers() -> None:
    event = event_of(payment_state())
    newer = orjson.loads(event.to_json()) | {"colour": "blue"}
    assert read_event(orjson.dumps(newer), UPCASTERS) == event


def test_version_1_is_lifted_to_the_newest() -> None:
    event = read_event(version_1(refundAmount=0.1), UPCASTERS)
    assert event.schema_version == 3
    assert event.state["amount"] == "100.10"
    assert event.state["refundAmount"] == "0.10"
    assert event.state["metadata"] == {"tags": ["gift", "red"]}


def test_version_1_keeps_to_the_currency_s_decimals() -> None:
    assert read_event(version_1(amount=500.0, currency="JPY"), UPCASTERS).state["amount"] == "500"
    assert read_event(version_1(amount=1.234, currency="KWD"), UPCASTERS).state["amount"] == "1.234"


@given(st.integers(min_value=0, max_value=10**12))
def test_no_amount_of_version_1_loses_a_cent(minor: int) -> None:
    event = read_event(version_1(amount=minor / 100), UPCASTERS)
    assert event.state["amount"] == f"{minor // 100}.{minor % 100:02d}"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "schemaVersion None is not one of 1 to 3"),
        (b'{"schemaVersion":4}', "schemaVersion 4 is not one of 1 to 3"),
        (b'{"schemaVersion":"2"}', "schemaVersion '2' is not one of 1 to 3"),
        (b'{"schemaVersion":2}', "breaks the envelope at: eventId, type"),
        (b'{"schemaVersion":1}', "cannot be upcast from schemaVersion 1"),
        (b'{"schemaVersion":1,"state":{"currency":"EUR","amount":"x"}}', "cannot be upcast from schemaVersion 1"),
        (b'{"schemaVersion":1,"state":[]}', "cannot be upcast from schemaVersion 1"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason.replace("[", r"\[")):
        read_event(body, UPCASTERS)


numbers = st.integers(min_value=-(2**63), max_value=2**63 - 1) | st.floats(allow_nan=False)
documents = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=200) | documents.map(orjson.dumps))
def test_nothing_but_unreadable_event_ever_comes_out(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_event(body, UPCASTERS)


@given(st.fixed_dictionaries({"schemaVersion": st.just(1)}, optional={"state": documents, "type": documents}))
def test_not_even_out_of_the_upcaster(event: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read_event(orjson.dumps(event), UPCASTERS)
