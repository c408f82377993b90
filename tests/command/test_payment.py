"""The payment's life: what each state allows, and that no cent is given back twice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_app.payments import payment as aggregate
from command_app.payments.commands import FailPayment, ProcessPayment, RefundPayment, RequestPayment
from command_app.payments.payment import Trail
from common.bus import Caller
from common.domain.events import Event
from common.errors import Invalid, WrongMove
from common.payments.past import MAX_CHANGES
from common.payments.state import PaymentState, Status
from tests.builders import NOON, payment_state

CALLER = Caller("org-456", "user-1", "agent", "correlation-1")
TRAIL = Trail("correlation-1", "cause-1")


def process(state: PaymentState, amount: str = "100.00", currency: str = "EUR", **fields: Any) -> Event:
    command = ProcessPayment(payment_id=state.payment_id, amount=amount, currency=currency, **fields)
    return aggregate.process(state, command, TRAIL)


def fail(state: PaymentState) -> Event:
    return aggregate.fail(state, FailPayment(payment_id=state.payment_id, error="card declined"), TRAIL)


def refund(state: PaymentState, amount: str = "100.00") -> Event:
    return aggregate.refund(state, RefundPayment(payment_id=state.payment_id, amount=amount, reason="broken"), TRAIL)


def after(event: Event) -> PaymentState:
    return PaymentState.model_validate(event.state)


def test_an_erasure_forgets_the_person_and_keeps_the_payment() -> None:
    state = payment_state(
        status=Status.COMPLETED,
        metadata={"tags": ["gift"]},
        error="e",
        refund_reason="r",
        refund_amount="1.00",
        version=3,
    )
    for decide, event_type, deleted in (
        (aggregate.erase, "PaymentErased", None),
        (aggregate.delete, "PaymentDeleted", True),
    ):
        event = decide(state, TRAIL)
        assert (event.type, event.aggregate_version, event.data) == (event_type, 4, {})
        assert after(event) == state.model_copy(
            update={
                "user_id": None,
                "description": "[erased]",
                "metadata": {},
                "error": None,
                "refund_reason": None,
                "updated_at": event.occurred_at,
                "erased_at": event.occurred_at,
                "deleted": deleted,
                "version": 4,
            }
        )


MOVES = {"process": process, "fail": fail, "refund": refund}


def test_a_request_makes_a_payment() -> None:
    command = RequestPayment(amount="100", currency="EUR", description=" Blue mug ", metadata={"tags": ["gift"]})
    event = aggregate.request(command, CALLER, TRAIL)
    state = after(event)
    assert event.type == "PaymentRequested"
    assert (event.aggregate_id, event.aggregate_version) == (state.payment_id, 1)
    assert (event.correlation_id, event.causation_id) == ("correlation-1", "cause-1")
    assert (state.amount, state.status, state.user_id) == ("100.00", Status.REQUESTED, "user-1")
    assert (state.description, state.metadata) == ("Blue mug", {"tags": ["gift"]})


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (Status.REQUESTED, {"process", "fail"}),
        (Status.PROCESSING, {"process", "fail"}),
        (Status.COMPLETED, {"refund"}),
        (Status.PARTIALLY_REFUNDED, {"refund"}),
        (Status.FAILED, set()),
        (Status.REFUNDED, set()),
    ],
)
def test_each_state_allows_its_moves_and_no_other(status: Status, allowed: set[str]) -> None:
    state = payment_state(status=status, version=4)
    for name, move in MOVES.items():
        if name in allowed:
            assert move(state).aggregate_version == 5
        else:
            with pytest.raises(WrongMove, match=f"Cannot {name} payment payment-123: it is {status.value}") as wrong:
                move(state)
            assert set(wrong.value.allowed_moves) == allowed


def test_processing_needs_what_was_requested() -> None:
    with pytest.raises(Invalid) as wrong:
        process(payment_state(), amount="99.99")
    assert wrong.value.errors[0].as_dict() == {"field": "amount", "message": "must be 100.00, as requested"}
    with pytest.raises(Invalid) as wrong:
        process(payment_state(), currency="USD")
    assert wrong.value.errors[0].as_dict() == {"field": "currency", "message": "must be EUR, as requested"}


def test_the_same_amount_may_be_written_with_fewer_decimals() -> None:
    assert after(process(payment_state(), amount="100")).status is Status.COMPLETED


def test_a_failure_keeps_its_error() -> None:
    state = after(fail(payment_state()))
    assert (state.status, state.error) == (Status.FAILED, "card declined")
    assert state.failed_at == state.updated_at


@pytest.mark.parametrize("amount", ["100.01", "0", "0.00", "1.001", "-1", "lots"])
def test_a_refund_must_be_a_part_of_what_is_left(amount: str) -> None:
    with pytest.raises(Invalid) as wrong:
        refund(payment_state(status=Status.COMPLETED), amount)
    assert wrong.value.errors[0].field == "amount"


@given(st.lists(st.integers(min_value=0, max_value=12_000), max_size=12))
def test_refunds_never_exceed_the_amount_whatever_is_asked(asked: list[int]) -> None:
    # Given a completed payment of 100.00
    state = payment_state(status=Status.COMPLETED)
    given_back = Decimal(0)

    # When any refunds are asked for, one after another
    for cents in asked:
        amount = f"{cents // 100}.{cents % 100:02d}"
        try:
            state = after(refund(state, amount))
        except (Invalid, WrongMove):
            continue
        given_back += Decimal(amount)

    # Then the sum is exact, never more than the amount, and the status says how much of it
    assert given_back <= Decimal("100.00")
    assert Decimal(state.refund_amount or "0") == given_back
    if given_back == Decimal("100.00"):
        assert state.status is Status.REFUNDED
    else:
        assert state.status is (Status.PARTIALLY_REFUNDED if given_back else Status.COMPLETED)


def test_an_event_says_what_was_before_it() -> None:
    state = payment_state()
    completed = process(state)
    assert completed.previous == (
        {"status": "requested", "processedAt": None, "updatedAt": "2011-01-31T12:00:00.000Z", "version": 1},
    )
    [refunded] = refund(after(completed)).previous
    assert refunded.keys() - {"updatedAt"} == {"status", "refundAmount", "refundReason", "refundedAt", "version"}


def test_a_payment_s_time_never_runs_backward_though_clocks_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a payment that a machine ahead of ours has recorded
    state = payment_state()
    earlier = NOON - timedelta(hours=1)
    monkeypatch.setattr(aggregate, "now", lambda: earlier)
    # When we record the next move
    event = process(state)
    # Then it is recorded no earlier, and the money was taken by our clock
    assert (event.occurred_at, after(event).updated_at, after(event).processed_at) == (NOON, NOON, earlier)


def test_a_payment_takes_so_many_changes_and_no_more_but_can_still_be_erased() -> None:
    state = payment_state(status=Status.COMPLETED, version=MAX_CHANGES)
    with pytest.raises(WrongMove, match="nothing more can be done"):
        refund(state, "1.00")
    assert aggregate.erase(state, TRAIL).aggregate_version == MAX_CHANGES + 1
