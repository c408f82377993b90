"""A stored event loses what is personal and keeps what it was."""

from datetime import datetime, timedelta

import orjson
from hypothesis import given
from hypothesis import strategies as st

from command_app.payments.scrubbing import scrubbed, with_past
from common.domain.events import read_event
from common.domain.upcasters import UPCASTERS
from common.payments.past import MAX_CHANGES
from common.payments.state import ERASED, PaymentState, Status
from tests.builders import NOON, event_of, payment_state

PERSONAL = payment_state(
    user_id="jane@example.org",
    description="Jane's \uffff book",
    metadata={"tags": ["jane"], "note": {"of": "jane"}},
    status=Status.PARTIALLY_REFUNDED,
    processed_at=NOON,
    error="jane's card",
    failed_at=NOON,
    refund_amount="40.00",
    refund_reason="jane was sad",
    refunded_at=NOON,
    version=4,
)


def test_an_event_keeps_its_money_and_dates_and_loses_the_person() -> None:
    event = event_of(PERSONAL, "PaymentRefunded", data={"amount": "40.00", "reason": "jane was sad"})
    left = read_event(scrubbed(event.to_json()), UPCASTERS)

    assert "jane" not in left.to_json().lower()
    assert left == event.model_copy(update={"state": left.state, "data": {"amount": "40.00"}})
    forgotten: dict[str, object] = {
        "user_id": None,
        "description": ERASED,
        "metadata": {},
        "error": None,
        "refund_reason": None,
    }
    assert PaymentState.model_validate(left.state) == PERSONAL.model_copy(update=forgotten)


def test_an_event_of_schema_version_1_too() -> None:
    old = orjson.loads(event_of(PERSONAL).to_json())
    old["schemaVersion"] = 1
    old["state"] |= {"amount": 100.1, "refundAmount": 40.0, "metadata": {"tags": "jane, private"}}
    left = scrubbed(orjson.dumps(old).decode())

    assert "jane" not in left.lower()
    state = read_event(left, UPCASTERS).state
    assert (state["amount"], state["refundAmount"], state["description"]) == ("100.10", "40.00", ERASED)


def test_fields_that_nobody_has_heard_of_go_as_well() -> None:
    event = orjson.loads(event_of(PERSONAL).to_json())
    event["nickname"] = event["state"]["nickname"] = event["data"]["nickname"] = "janie"
    assert "janie" not in scrubbed(orjson.dumps(event).decode())


@given(st.text(min_size=1), st.text(), st.text(), st.text())
def test_twice_is_as_good_as_once(description: str, error: str, reason: str, user: str) -> None:
    state = payment_state(description=description, error=error, refund_reason=reason, user_id=user)
    once = scrubbed(event_of(state).to_json())
    assert scrubbed(once) == once
    assert once == scrubbed(event_of(PERSONAL.model_copy(update=dict(payment_state()))).to_json())


def test_what_was_before_an_event_is_scrubbed_too() -> None:
    event = event_of(
        PERSONAL, previous=({"error": "jane's card", "refundReason": "jane", "version": 3, "nick": "jane"},)
    )
    left = read_event(scrubbed(event.to_json()), UPCASTERS)
    assert left.previous == ({"version": 3},)


def test_an_erasure_tells_the_whole_past_without_the_person_whatever_wrote_it() -> None:
    # Given events of the oldest and of the newest schema version
    first = payment_state(user_id="jane", description="Jane's book", metadata={"tags": ["jane"]})
    oldest = orjson.loads(event_of(first).to_json()) | {"schemaVersion": 1}
    oldest["state"] |= {"amount": 100.0, "metadata": {"tags": "jane"}}
    second = first.model_copy(update={"status": Status.FAILED, "error": "jane's card", "failed_at": NOON, "version": 2})
    stored = [orjson.dumps(oldest).decode(), event_of(second, "PaymentFailed").to_json()]
    # When an erasure is told of them
    third = second.model_copy(
        update={"user_id": None, "metadata": {}, "error": None, "description": ERASED, "version": 3}
    )
    erased = with_past(event_of(third, "PaymentErased"), map(scrubbed, stored))
    # Then it has both states, newest first
    assert erased.previous == ({"version": 2}, {"status": "requested", "failedAt": None, "version": 1})


def test_the_longest_past_fits_into_a_message() -> None:
    # Given a payment that was refunded as often as it can be
    state = payment_state(amount="9999999999.99", status=Status.PARTIALLY_REFUNDED, refunded_at=NOON)
    states = [
        state.model_copy(update={"refund_amount": f"9999999.{version % 100:02d}", "version": version, **at(version)})
        for version in range(1, MAX_CHANGES + 3)
    ]
    # When it is erased, and deleted after that
    *earlier, last = [event_of(each) for each in states]
    erased = with_past(last, (scrubbed(event.to_json()) for event in earlier))
    # Then SQS takes the event
    assert len(erased.previous) == MAX_CHANGES + 1
    assert len(erased.to_json().encode()) < 256 * 1024


def at(second: int) -> dict[str, datetime]:
    instant = NOON + timedelta(seconds=second)
    return {"updated_at": instant, "refunded_at": instant}
