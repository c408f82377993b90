"""The command side's table: DynamoDB and its fake keep the same promises."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from command_app.payments.adapters import outbox_marks
from command_app.payments.adapters.idempotency_records import DynamoDBIdempotencyRecords
from command_app.payments.adapters.outbox_marks import DynamoDBOutboxMarks
from command_app.payments.adapters.payment_store import DynamoDBPaymentStore
from command_app.payments.ports import (
    MAX_NEW,
    Claim,
    Commit,
    Erasure,
    ErasureStore,
    IdempotencyRecords,
    OutboxMarks,
    Outgoing,
)
from common.domain.events import Event, read_event
from common.domain.upcasters import UPCASTERS
from common.engines.table import audit_pk
from common.errors import Conflict, EngineUnavailable, InFlight, Invalid, VersionConflict
from common.payments.state import ERASED, PaymentState, Status
from tests.builders import NOON, event_of, payment_state
from tests.fakes.payment_table import FakePaymentTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LATER = NOON + timedelta(days=1)


class Table(ErasureStore, IdempotencyRecords, OutboxMarks, Protocol):
    """All the ports in one."""


class DynamoDBTable(DynamoDBPaymentStore, DynamoDBIdempotencyRecords, DynamoDBOutboxMarks):
    """The three adapters, which share one table."""


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Table:
    if request.param == "fake":
        return FakePaymentTable()
    return DynamoDBTable(request.getfixturevalue("dynamodb"), request.getfixturevalue("table"))


class Repeating:
    """A client that sends each conditional write of one item twice, as the SDK does when an answer is lost."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client
        self.exceptions = client.exceptions

    def put_item(self, **request: Any) -> object:
        self._client.put_item(**request)
        return self._client.put_item(**request)

    def update_item(self, **request: Any) -> object:
        self._client.update_item(**request)
        return self._client.update_item(**request)


def pending(store: Table) -> list[Commit]:
    return [outgoing for page in store.pending(before=LATER, after=LATER) for outgoing in page]


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


def test_a_write_that_the_sdk_repeats_is_no_rival_of_itself(dynamodb: "DynamoDBClient", table: str) -> None:
    # Given a client whose answers get lost, so that it sends each write twice
    records = DynamoDBIdempotencyRecords(cast("DynamoDBClient", Repeating(dynamodb)), table)

    # When a key is claimed and completed
    claim = records.claim("org-456", "key-1", "fingerprint")
    assert isinstance(claim, Claim)
    records.complete(claim, b"done")

    # Then both were done once
    assert records.claim("org-456", "key-1", "fingerprint") == b"done"


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("TransactionInProgressException", EngineUnavailable),
        ("ThrottlingException", EngineUnavailable),
        ("TransactionConflictException", VersionConflict),
        ("AccessDeniedException", ClientError),
    ],
)
def test_only_a_lost_race_may_be_decided_anew(code: str, raised: type[Exception]) -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubbed:
        stubbed.add_client_error("transact_write_items", service_error_code=code, http_status_code=400)
        with pytest.raises(raised):
            DynamoDBPaymentStore(client, "table").append(event_of(payment_state()), None, b"{}")
    client.close()


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
    for event in events:
        store.append(event, None, b"{}")

    # Then they are pending oldest first, and only those from before the one instant or after the other
    waiting = pending(store)
    assert [outgoing.body for [outgoing] in waiting] == by_time
    before, after = NOON + timedelta(seconds=10), NOON + timedelta(seconds=110)
    some = [outgoing for page in store.pending(before, after) for [outgoing] in page]
    assert [outgoing.body for outgoing in some] == by_time[:10] + by_time[111:]

    # When some are sent, they are no longer pending, and clearing twice changes nothing
    store.clear(waiting[:70])
    store.clear(waiting[:70])
    assert pending(store) == waiting[70:]


def test_what_was_committed_together_is_pending_together_until_its_one_mark_is_cleared(store: Table) -> None:
    # Given a single event, and two packs, of which the first leaves out the payment that is there already
    single = store.append(event_of(payment_state(payment_id="p0"), occurred_at=NOON), None, b"{}")
    packs = [
        store.append_new([event_of(payment_state(payment_id=f"p{number}")) for number in numbers])[0]
        for numbers in (range(MAX_NEW), range(MAX_NEW, 2 * MAX_NEW))
    ]
    assert [len(pack) for pack in packs] == [MAX_NEW - 1, MAX_NEW]

    # Then each is pending as a whole
    assert by_key(pending(store)) == by_key([[single], *packs])

    # When one pack is sent, or all are, then nothing else is cleared, or nothing left
    store.clear([packs[0]])
    assert by_key(pending(store)) == by_key([[single], packs[1]])
    store.clear([[single], packs[1]])
    assert pending(store) == []


def test_a_sweep_that_knows_no_packs_leaves_them_to_one_that_does(
    dynamodb: "DynamoDBClient", table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a single event and a pack, as a new version's commands commit them
    store = DynamoDBTable(dynamodb, table)
    single = store.append(event_of(payment_state(payment_id="p0"), occurred_at=NOON), None, b"{}")
    pack, _ = store.append_new([event_of(payment_state(payment_id=f"p{number}")) for number in range(1, 4)])

    # When the old version's sweep, which takes a mark for one event, runs while the new one is rolled out
    with monkeypatch.context() as old:
        old.setattr(outbox_marks, "OUTBOX_SHARDS", ("0", "1", "2", "3"))
        swept = pending(store)
        store.clear(swept)

    # Then it has sent the single event, and the whole pack is left to the new version's
    assert swept == [[single]]
    assert by_key(pending(store)) == by_key([pack])


def by_key(commits: Iterable[Commit]) -> list[frozenset[Outgoing]]:
    """What was committed at the same instant, or together, is pending in any order."""
    return sorted((frozenset(commit) for commit in commits), key=lambda events: min(event.pk for event in events))


def test_clearing_the_mark_of_an_event_that_is_gone_does_not_bring_it_back(store: Table) -> None:
    gone = [[Outgoing(f"ORG#org-456#PAYMENT#gone-{number}", "EVENT#0000000001", "{}")] for number in range(2)]
    store.clear(gone[:1])
    store.clear(gone)
    assert pending(store) == []


# --- erasure

SECRET = {"user_id": "jane@example.org", "description": "Jane's book", "metadata": {"tags": ["jane-private"]}}
BY_ADMIN = Erasure(by="admin-1", action="EraseUser", subject="c0ffee")


def erased(version: int, **fields: Any) -> Event:
    """The event that erases payment-123."""
    state = payment_state(user_id=None, description=ERASED, version=version, erased_at=NOON, **fields)
    return event_of(state, "PaymentErased")


def refunded(store: Table, times: int) -> None:
    """Given payment-123 of Jane, with that many refunds."""
    store.append(event_of(payment_state(**SECRET)), None, b"{}")
    for version in range(2, times + 2):
        state = payment_state(**SECRET, refund_reason="broke Jane's heart", version=version)
        store.append(event_of(state, "PaymentRefunded", data={"amount": "0.01", "reason": "Jane"}), None, b"{}")


@pytest.mark.parametrize("refunds", [1, 230])
def test_an_erasure_takes_what_is_personal_out_of_state_and_all_events(store: Table, refunds: int) -> None:
    # Given a payment with a personal past, of a few events or of more than a transaction takes
    refunded(store, refunds)
    before = [each for [each] in pending(store)]

    # When it is erased
    event = erased(refunds + 2)
    outgoing = store.erase(event, BY_ADMIN)

    # Then its state is the erased one, and all of its events are still there, unsent, without Jane
    assert store.load("org-456", "payment-123") == PaymentState.model_validate(event.state)
    after = [each for [each] in pending(store)]
    assert outgoing in after
    assert [(each.pk, each.sk) for each in after] == [(each.pk, each.sk) for each in [*before, outgoing]]
    assert not any("jane" in each.body.lower() for each in after)
    for old, new in zip(before, after, strict=False):
        was, now = read_event(old.body, UPCASTERS), read_event(new.body, UPCASTERS)
        assert (now.event_id, now.aggregate_version, now.state["amount"]) == (
            was.event_id,
            was.aggregate_version,
            was.state["amount"],
        )


def test_an_erasure_brings_no_mark_back(store: Table) -> None:
    refunded(store, 2)
    store.clear(pending(store)[:2])
    store.erase(erased(4), BY_ADMIN)
    assert [each.sk for [each] in pending(store)] == ["EVENT#0000000003", "EVENT#0000000004"]


def test_an_erasure_that_lost_a_race_can_be_repeated(store: Table) -> None:
    refunded(store, 2)
    with pytest.raises(VersionConflict):
        store.erase(erased(3), BY_ADMIN)
    store.erase(erased(4), BY_ADMIN)
    assert store.load("org-456", "payment-123") == PaymentState.model_validate(erased(4).state)


def test_a_user_s_payments_are_found_until_they_are_erased(store: Table) -> None:
    # Given payments of two users, and of the same user id in another organization
    store.append_new([event_of(payment_state(payment_id=f"p{number}", user_id="jane")) for number in range(3)])
    store.append(event_of(payment_state(payment_id="p3", user_id="joe")), None, b"{}")
    store.append(event_of(payment_state(payment_id="p4", user_id="jane", organization_id="org-789")), None, b"{}")

    def of_jane() -> list[str]:
        return sorted(payment_id for page in store.payments_of("org-456", "jane") for payment_id in page)

    assert of_jane() == ["p0", "p1", "p2"]
    # When one is erased, then it is hers no more; a move of another one changes nothing
    state = payment_state(payment_id="p0", user_id=None, description=ERASED, version=2)
    store.erase(event_of(state, "PaymentErased"), BY_ADMIN)
    store.append(event_of(payment_state(payment_id="p1", user_id="jane", version=2)), None, b"{}")
    assert of_jane() == ["p1", "p2"]


def test_an_erasure_leaves_its_audit_record_with_it(dynamodb: "DynamoDBClient", table: str) -> None:
    store = DynamoDBPaymentStore(dynamodb, table)
    store.append(event_of(payment_state(**SECRET)), None, b"{}")
    with pytest.raises(VersionConflict):
        store.erase(erased(5), BY_ADMIN)
    store.erase(erased(2), BY_ADMIN)

    items = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": audit_pk("org-456")}},
    )["Items"]
    assert [{name: value["S"] for name, value in item.items()} for item in items] == [
        {
            "pk": "ORG#org-456#AUDIT",
            "sk": "ERASURE#2011-01-31T12:00:02.000Z#event-payment-123-2",
            "by": "admin-1",
            "action": "EraseUser",
            "subject": "c0ffee",
            "paymentId": "payment-123",
            "correlationId": "correlation-1",
        }
    ]
