"""The command side's table: DynamoDB and its fake keep the same promises."""

from datetime import timedelta
from typing import Protocol

import pytest

from command_app.adapters.idempotency_records import DynamoDBIdempotencyRecords
from command_app.adapters.outbox_marks import DynamoDBOutboxMarks
from command_app.adapters.payment_store import DynamoDBPaymentStore
from command_app.ports import MAX_NEW, Claim, IdempotencyRecords, OutboxMarks, Outgoing, PaymentStore
from common.errors import Conflict, InFlight, Invalid, VersionConflict
from common.payments import Status
from tests.builders import NOON, event_of, payment_state
from tests.fakes.payment_table import FakePaymentTable

LATER = NOON + timedelta(days=1)


class Table(PaymentStore, IdempotencyRecords, OutboxMarks, Protocol):
    """All three ports in one."""


class DynamoDBTable(DynamoDBPaymentStore, DynamoDBIdempotencyRecords, DynamoDBOutboxMarks):
    """The three adapters, which share one table."""


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Table:
    if request.param == "fake":
        return FakePaymentTable()
    return DynamoDBTable(request.getfixturevalue("dynamodb"), request.getfixturevalue("table"))


def pending(store: Table) -> list[Outgoing]:
    return [outgoing for page in store.pending(before=LATER) for outgoing in page]


def test_what_was_appended_is_loaded(store: Table) -> None:
    first = payment_state()
    store.append(event_of(first), None, b"{}")
    second = first.model_copy(update={"status": Status.COMPLETED, "version": 2})
    store.append(event_of(second, "PaymentProcessed"), None, b"{}")

    assert store.load("org-456", "payment-123") == second
    assert store.load("org-789", "payment-123") is None
    assert store.load("org-456", "payment-124") is None


def test_a_payment_is_made_only_once(store: Table) -> None:
    store.append(event_of(payment_state()), None, b"{}")
    with pytest.raises(Conflict, match="payment-123 is there already"):
        store.append(event_of(payment_state(amount="7.00")), None, b"{}")
    assert store.load("org-456", "payment-123") == payment_state()


@pytest.mark.parametrize("version", [2, 3, 5])
def test_a_version_that_does_not_follow_is_refused(store: Table, version: int) -> None:
    store.append(event_of(payment_state()), None, b"{}")
    store.append(event_of(payment_state(version=2)), None, b"{}")
    store.append(event_of(payment_state(version=3)), None, b"{}")
    with pytest.raises(VersionConflict):
        store.append(event_of(payment_state(version=version)), None, b"{}")
    assert len(pending(store)) == 3


def test_a_lost_race_leaves_nothing_behind(store: Table) -> None:
    # Given a claim, and a version that another call has taken
    store.append(event_of(payment_state()), None, b"{}")
    claim = store.claim("org-456", "key-1", "fingerprint")
    assert isinstance(claim, Claim)

    # When the append under the claim fails
    with pytest.raises(VersionConflict):
        store.append(event_of(payment_state(version=3)), claim, b"done")

    # Then neither event nor result was kept
    assert len(pending(store)) == 1
    store.release(claim)
    assert isinstance(store.claim("org-456", "key-1", "fingerprint"), Claim)


def test_new_payments_are_appended_but_for_those_that_are_there(store: Table) -> None:
    # Given one of three payments
    there = payment_state(payment_id="p2", amount="7.00")
    store.append(event_of(there), None, b"{}")

    # When all three are appended
    states = [payment_state(payment_id=f"p{number}") for number in (1, 2, 3)]
    outgoing, found = store.append_new([event_of(state) for state in states])

    # Then the other two are committed, and the one there is answered as it is
    assert [event.pk for event in outgoing] == ["ORG#org-456#PAYMENT#p1", "ORG#org-456#PAYMENT#p3"]
    assert found == {"p2": there}
    assert [store.load("org-456", f"p{number}") for number in (1, 2, 3)] == [states[0], there, states[2]]


def test_when_all_new_payments_are_there_nothing_is_committed(store: Table) -> None:
    events = [event_of(payment_state(payment_id=f"p{number}")) for number in range(MAX_NEW)]
    outgoing, found = store.append_new(events)
    assert (len(outgoing), len(found)) == (MAX_NEW, 0)

    again, found = store.append_new(events)
    assert (len(again), len(found)) == (0, MAX_NEW)


def test_the_largest_payments_fit_into_one_transaction(store: Table) -> None:
    # 4 bytes a character, and all the metadata that a command may carry
    large = {"description": "\U0001f600" * 1_000, "metadata": {"note": "x" * 8_000}}
    events = [event_of(payment_state(payment_id=f"{number:0128d}", **large)) for number in range(MAX_NEW)]
    outgoing, _ = store.append_new(events)
    assert len(outgoing) == MAX_NEW
    assert sum(len(event.to_json().encode()) * 2 for event in events) < 4_000_000


def test_a_key_is_claimed_once_and_brings_back_its_result(store: Table) -> None:
    claim = store.claim("org-456", "key-1", "fingerprint")
    assert isinstance(claim, Claim)
    with pytest.raises(InFlight) as in_flight:
        store.claim("org-456", "key-1", "fingerprint")
    assert 1 <= in_flight.value.retry_after <= 30

    store.append(event_of(payment_state()), claim, b'{"version":1}')
    assert store.claim("org-456", "key-1", "fingerprint") == b'{"version":1}'


def test_a_key_belongs_to_its_payload_and_organization(store: Table) -> None:
    claim = store.claim("org-456", "key-1", "fingerprint")
    assert isinstance(claim, Claim)
    with pytest.raises(Invalid, match="key is taken"):
        store.claim("org-456", "key-1", "another")
    store.complete(claim, b"done")
    with pytest.raises(Invalid, match="key is taken"):
        store.claim("org-456", "key-1", "another")
    assert isinstance(store.claim("org-789", "key-1", "another"), Claim)


def test_a_released_key_can_be_claimed_and_an_old_claim_is_worth_nothing(store: Table) -> None:
    old = store.claim("org-456", "key-1", "fingerprint")
    assert isinstance(old, Claim)
    store.release(old)
    new = store.claim("org-456", "key-1", "fingerprint")
    assert isinstance(new, Claim)

    with pytest.raises(InFlight):
        store.append(event_of(payment_state()), old, b"late")
    with pytest.raises(InFlight):
        store.complete(old, b"late")
    store.release(old)
    store.complete(new, b"done")

    assert store.load("org-456", "payment-123") is None
    assert store.claim("org-456", "key-1", "fingerprint") == b"done"


def test_a_completed_key_is_not_released(store: Table) -> None:
    claim = store.claim("org-456", "key-1", "fingerprint")
    assert isinstance(claim, Claim)
    store.complete(claim, b"done")
    store.release(claim)
    assert store.claim("org-456", "key-1", "fingerprint") == b"done"


def test_unsent_events_are_pending_oldest_first_until_their_marks_are_cleared(store: Table) -> None:
    # Given more events than one page holds, in an order of their own
    events = [
        event_of(payment_state(payment_id=f"p{number}"), occurred_at=NOON + timedelta(seconds=(number * 7) % 120))
        for number in range(120)
    ]
    by_time = [event.to_json() for event in sorted(events, key=lambda event: event.occurred_at)]
    for start in range(0, 120, MAX_NEW):
        store.append_new(events[start : start + MAX_NEW])

    # Then they are pending oldest first, and only those from before the instant
    waiting = pending(store)
    assert [outgoing.body for outgoing in waiting] == by_time
    early = [outgoing for page in store.pending(before=NOON + timedelta(seconds=10)) for outgoing in page]
    assert [outgoing.body for outgoing in early] == by_time[:10]

    # When some are sent, they are no longer pending, and clearing twice changes nothing
    store.clear(waiting[:70])
    store.clear(waiting[:70])
    assert pending(store) == waiting[70:]


def test_clearing_the_mark_of_an_event_that_is_gone_does_not_bring_it_back(store: Table) -> None:
    store.clear([Outgoing("ORG#org-456#PAYMENT#gone", "EVENT#0000000001", "{}")])
    assert pending(store) == []
