"""From event to document: pure, whole, and never outside the mapping."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from pydantic.alias_generators import to_camel

from common.domain.instants import iso
from common.domain.money import Money
from common.domain.raw_events import written_event
from common.domain.upcasters import UPCASTERS
from common.errors import Unreadable
from common.payments import projections
from common.payments.index import MAX_METADATA_TERMS, MAX_METADATA_VALUE, METADATA_TERMS, PROPERTIES, SPLIT, fingerprint
from common.payments.metadata_terms import terms
from common.payments.projections import PROJECTIONS, payment_event
from common.payments.state import PERSONAL, Status
from tests.builders import NOON, document_of, documents_of, event_of, payment_state

FULL = payment_state(
    status=Status.PARTIALLY_REFUNDED,
    metadata={"tags": ["gift"], "region": "fr"},
    processed_at=NOON,
    error="none",
    failed_at=NOON,
    refund_amount="40.00",
    refund_reason="broken",
    refunded_at=NOON,
    version=4,
)


@pytest.mark.parametrize("event_type", sorted(PROJECTIONS.keys() - {"PaymentDeleted"}))
def test_each_event_projects_the_whole_payment(event_type: str) -> None:
    document = document_of(event_of(FULL, event_type))
    assert (document.document_id, document.organization_id, document.version) == ("org-456:payment-123", "org-456", 4)
    assert document.source == {
        "paymentId": "payment-123",
        "organizationId": "org-456",
        "userId": "user-1",
        "amount": "100.00",
        "amountMinor": 10_000,
        "amountHigh": 0,
        "amountLow": 10_000,
        "currency": "EUR",
        "status": "partially_refunded",
        "description": "WHITE HANGING HEART T-LIGHT HOLDER",
        "metadata": {"tags": ["gift"], "region": "fr", METADATA_TERMS: ["tags=gift", "region=fr"]},
        "requestedAt": "2011-01-31T12:00:00.000Z",
        "processedAt": "2011-01-31T12:00:00.000Z",
        "error": "none",
        "failedAt": "2011-01-31T12:00:00.000Z",
        "refundAmount": "40.00",
        "refundMinor": 4_000,
        "fingerprint": fingerprint("org-456", "payment-123", 4),
        "refundReason": "broken",
        "refundedAt": "2011-01-31T12:00:00.000Z",
        "updatedAt": "2011-01-31T12:00:00.000Z",
        "occurredAt": "2011-01-31T12:00:04.000Z",
        "indexedAt": "2011-01-31T12:00:00.000Z",
        "version": 4,
    }


@pytest.mark.parametrize("event_type", PROJECTIONS)
def test_no_document_leaves_the_mapping(event_type: str) -> None:
    document = document_of(event_of(FULL, event_type))
    assert document.source.keys() <= PROPERTIES.keys()


def test_metadata_makes_a_term_of_each_plain_value() -> None:
    given: dict[str, JsonValue] = {
        "region": "fr",
        "paid": True,
        "rate": 1.5,
        "no": None,
        "at": {"city": "Paris", "zip": [1, 2, [1]]},
        "": "",
    }
    cities = ["at.city=Paris", "at.zip=1", "at.zip=2", "at.zip=1"]
    assert terms(given) == ["region=fr", "paid=true", "rate=1.5", *cities, "="]


def test_neither_huge_values_nor_many_make_the_terms_large() -> None:
    longest = "é" * MAX_METADATA_VALUE
    assert terms({"note": longest, "tale": longest + "!"}) == [f"note={longest}"]
    assert len(terms({f"k{number}": "v" for number in range(1_000)})) == MAX_METADATA_TERMS


def test_without_metadata_there_are_no_terms() -> None:
    document = document_of(event_of(payment_state(metadata={}), "PaymentErased"))
    assert document.source["metadata"] == {}


def test_a_deleted_payment_leaves_a_tombstone_with_its_money_and_nothing_personal() -> None:
    document = document_of(event_of(FULL, "PaymentDeleted"))
    whole = document_of(event_of(FULL, "PaymentRefunded"))
    personal = {"userId", "description", "metadata", "error", "refundReason"}
    assert document.source == {k: v for k, v in whole.source.items() if k not in personal} | {"deleted": True}


def test_halves_of_an_amount_make_the_whole() -> None:
    document = document_of(event_of(payment_state(amount="9999999999999.99")))
    source = document.source
    assert source["amountHigh"] * SPLIT + source["amountLow"] == source["amountMinor"] == 999_999_999_999_999


@pytest.mark.parametrize("change", [{"amount": "lots"}, {"currency": "XXZ"}, {"status": "lost"}, {"paymentId": None}])
def test_a_state_that_is_no_payment_is_unreadable(change: dict[str, object]) -> None:
    event = event_of(FULL)
    broken = event.model_copy(update={"state": {**event.state, **change}})
    with pytest.raises(Unreadable, match="state is no payment"):
        document_of(broken)


@pytest.mark.parametrize(
    "told",
    [
        {"requestedAt": "2011-01-31 13:00:00+01:00"},
        {"updatedAt": "2011-01-31T12:00:00Z"},
        {"failedAt": "2011-01-31T12:00:00.000999Z"},
        {"version": "4"},
        {"version": 4.0},
        {"of_a_newer_writer": 1},
        {"user_id": "user-1"},
    ],
)
def test_however_a_state_is_told_the_document_is_the_same(told: dict[str, JsonValue]) -> None:
    event = event_of(FULL)
    rest = {name: value for name, value in event.state.items() if to_camel(name) not in map(to_camel, told)}
    otherwise = event.model_copy(update={"state": {**rest, **told}})
    assert document_of(otherwise) == document_of(event)


@pytest.mark.parametrize("told", ["true", 1])
def test_a_deletion_told_otherwise_is_a_truth_value_in_the_document(told: JsonValue) -> None:
    event = event_of(FULL)
    document = document_of(event.model_copy(update={"state": {**event.state, "deleted": told}}))
    assert document.source["deleted"] is True


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(), json_values, max_size=3),
    st.text(),
    st.none() | st.text(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 10**15 - 1),
)
def test_whatever_a_payment_says_its_document_says_the_same(
    metadata: dict[str, Any], description: str, error: str | None, at: datetime | None, minor: int
) -> None:
    state = payment_state(
        metadata=metadata,
        description=description,
        error=error,
        failed_at=at,
        amount=str(Money(minor, "EUR")),
        refund_amount="1.00",
        version=2,
    )
    told = event_of(state)
    found = terms(told.state["metadata"])  # type: ignore[arg-type]  # an object
    assert document_of(told).source == {
        **told.state,
        "metadata": {**metadata, METADATA_TERMS: found} if found else metadata,
        "amountMinor": minor,
        "amountHigh": minor // SPLIT,
        "amountLow": minor % SPLIT,
        "refundMinor": 100,
        "fingerprint": fingerprint("org-456", "payment-123", 2),
        "occurredAt": "2011-01-31T12:00:02.000Z",
        "indexedAt": "2011-01-31T12:00:00.000Z",
    }


@given(
    st.dictionaries(st.text(), json_values, max_size=3),
    st.sampled_from(sorted(PROJECTIONS)),
    st.lists(
        st.sampled_from([{"status": "completed"}, {"refundAmount": None}, {"metadata": {"region": "de"}}]), max_size=2
    ),
    st.sampled_from([{}, {"occurredAt": "2011-01-31T12:00:00Z"}, {"colour": "blue"}]),
)
def test_an_event_says_the_same_whether_its_state_is_decoded_with_it_or_not(
    metadata: dict[str, Any], event_type: str, previous: list[dict[str, Any]], told: dict[str, Any]
) -> None:
    # Given an event, perhaps one that is not written as we write it
    state = payment_state(metadata=metadata, version=4, refund_amount="40.00")
    event = event_of(state, event_type, previous=tuple(previous))
    body = orjson.dumps({**orjson.loads(event.to_json()), **told})

    # When it is decoded at once, if it can be
    at_once = payment_event(body)

    # Then its documents are those of the event and its state, read one after the other
    assert (at_once is None) == bool(told)
    if at_once:
        assert projections.documents_of(at_once, iso(NOON)) == documents_of(event)


def test_what_only_the_index_has_is_not_for_a_message_to_say() -> None:
    event = event_of(payment_state(metadata={}))
    told: dict[str, JsonValue] = {"amountMinor": 7, "supersededAt": "2011-01-31T12:00:00.000Z", "indexedAt": "never"}
    more = event.model_copy(update={"state": {**event.state, **told}})
    at_once = payment_event(more.to_json())
    assert at_once is not None
    assert projections.documents_of(at_once, iso(NOON)) == documents_of(more) == documents_of(event)


def test_a_name_that_is_told_twice_is_in_the_document_once() -> None:
    told = event_of(payment_state(metadata={"region": "fr"})).to_json()
    twice = told.replace('"region":"fr"', '"region":"de","region":"fr"')
    [document] = projections.documents_of(written_event(twice, UPCASTERS), iso(NOON))
    assert document.json.count(b'"region"') == 1
    assert document.source["metadata"] == {"region": "fr", METADATA_TERMS: ["region=fr"]}


def test_what_is_personal_is_called_so_on_both_sides() -> None:
    assert frozenset(map(to_camel, PERSONAL)) == projections.PERSONAL


BEFORE = ({"status": "completed", "refundAmount": None, "updatedAt": "2011-01-31T11:00:00.000Z", "version": 3},)


def test_an_event_leaves_the_state_before_it_with_its_interval() -> None:
    now, then = documents_of(event_of(FULL, "PaymentRefunded", previous=BEFORE))
    assert now == document_of(event_of(FULL, "PaymentRefunded"))
    assert (then.document_id, then.organization_id, then.version) == ("org-456:payment-123:3", "org-456", 4)
    changed = {
        "status": "completed",
        "refundMinor": 0,
        "fingerprint": fingerprint("org-456", "payment-123", 3),
        "updatedAt": "2011-01-31T11:00:00.000Z",
        "occurredAt": "2011-01-31T11:00:00.000Z",
        "supersededAt": "2011-01-31T12:00:00.000Z",
        "version": 3,
    }
    assert then.source == {k: v for k, v in now.source.items() if k != "refundAmount"} | changed
    assert then.source.keys() <= PROPERTIES.keys()


def test_a_deletion_leaves_tombstones_only() -> None:
    earlier = {"status": "requested", "updatedAt": "2011-01-31T10:00:00.000Z", "version": 2}
    documents = documents_of(event_of(FULL, "PaymentDeleted", previous=(*BEFORE, earlier)))
    assert [(each.document_id, each.version) for each in documents] == [
        ("org-456:payment-123", 4),
        ("org-456:payment-123:3", 4),
        ("org-456:payment-123:2", 4),
    ]
    assert all(each.source["deleted"] and "userId" not in each.source for each in documents)
    assert documents[2].source["supersededAt"] == documents[1].source["updatedAt"]


def test_a_past_that_is_no_payment_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="state is no payment"):
        documents_of(event_of(FULL, "PaymentRefunded", previous=({"amount": "lots"},)))
