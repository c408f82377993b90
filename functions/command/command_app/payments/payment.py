"""The payment aggregate. Pure: a state and a command in, the event of what happened out, or a Rejected error.

requested -> processing -> completed | failed; completed -> partially_refunded -> refunded
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue
from uuid6 import uuid7

from command_app.payments.commands import FailPayment, ImportedPayment, ProcessPayment, RefundPayment, RequestPayment
from common.bus import Caller
from common.domain.events import Event
from common.domain.instants import now
from common.domain.money import Money
from common.errors import FieldError, Invalid, WrongMove
from common.payments.past import MAX_CHANGES, difference
from common.payments.state import ERASED, PaymentState, Status

MOVES: Final[dict[Status, tuple[str, ...]]] = {
    Status.REQUESTED: ("process", "fail"),
    Status.PROCESSING: ("process", "fail"),
    Status.COMPLETED: ("refund",),
    Status.PARTIALLY_REFUNDED: ("refund",),
    Status.FAILED: (),
    Status.REFUNDED: (),
}
"""What each state allows.

`process` passes through `processing` and on to `completed` in one commit, because nothing outside is waited for; a
provider that answers later would leave a payment in `processing`, and the moves from there are the same.
"""


@dataclass(frozen=True)
class Trail:
    """What an event records of its cause."""

    correlation_id: str
    causation_id: str


def request(command: RequestPayment, caller: Caller, trail: Trail) -> Event:
    """The first event of a payment."""
    at = now()
    state = PaymentState(
        payment_id=command.payment_id or f"pay-{uuid7()}",
        organization_id=caller.organization_id,
        user_id=command.user_id or caller.user_id or None,
        amount=str(command.money),
        currency=command.currency,
        status=Status.REQUESTED,
        description=command.description,
        metadata=command.metadata,
        requested_at=at,
        updated_at=at,
        version=1,
    )
    return _event("PaymentRequested", state, at, trail, {"amount": state.amount, "currency": state.currency})


def imported(line: ImportedPayment, caller: Caller, trail: Trail) -> Event:
    """The only event of a payment that was completed elsewhere, dated as it was there."""
    at = now()
    state = PaymentState(
        payment_id=line.payment_id,
        organization_id=caller.organization_id,
        user_id=line.user_id,
        amount=str(line.money),
        currency=line.currency,
        status=Status.COMPLETED,
        description=line.description,
        metadata=line.metadata,
        requested_at=line.processed_at,
        processed_at=line.processed_at,
        updated_at=at,
        version=1,
    )
    data: dict[str, JsonValue] = {"amount": state.amount, "currency": state.currency, "imported": True}
    return _event("PaymentProcessed", state, at, trail, data)


def process(payment: PaymentState, command: ProcessPayment, trail: Trail) -> Event:
    """The money was taken. Amount and currency must be what was requested."""
    _allow(payment, "process")
    _same("currency", command.currency, payment.currency)
    _same("amount", str(command.money), payment.amount)
    at = now()
    changes = {"status": Status.COMPLETED, "processed_at": command.processed_at or at}
    return _moved("PaymentProcessed", payment, changes, at, trail, {"amount": payment.amount})


def fail(payment: PaymentState, command: FailPayment, trail: Trail) -> Event:
    """The money could not be taken."""
    _allow(payment, "fail")
    at = now()
    changes = {"status": Status.FAILED, "error": command.error, "failed_at": at}
    return _moved("PaymentFailed", payment, changes, at, trail, {"error": command.error})


def refund(payment: PaymentState, command: RefundPayment, trail: Trail) -> Event:
    """Money was given back; the sum of all refunds never exceeds the amount."""
    _allow(payment, "refund")
    amount = _refundable(command.amount, payment)
    refunded = payment.refunded + amount
    at = now()
    changes = {
        "status": Status.REFUNDED if refunded == payment.money else Status.PARTIALLY_REFUNDED,
        "refund_amount": str(refunded),
        "refund_reason": command.reason,
        "refunded_at": at,
    }
    data: dict[str, JsonValue] = {"amount": str(amount), "reason": command.reason}
    return _moved("PaymentRefunded", payment, changes, at, trail, data)


def erase(payment: PaymentState, trail: Trail) -> Event:
    """The person is forgotten; the money and its life stay. The store adds the past, without the person too."""
    return _forgotten("PaymentErased", payment, {}, trail)


def delete(payment: PaymentState, trail: Trail) -> Event:
    """Erased, and from now on shown to nobody; its money stays in the totals."""
    return _forgotten("PaymentDeleted", payment, {"deleted": True}, trail)


def _forgotten(event_type: str, payment: PaymentState, changes: Mapping[str, object], trail: Trail) -> Event:
    at = now()
    without: dict[str, object] = {
        "user_id": None,
        "description": ERASED,
        "metadata": {},
        "error": None,
        "refund_reason": None,
    }
    event = _moved(event_type, payment, {**without, "erased_at": at, **changes}, at, trail, {})
    return event.model_copy(update={"previous": ()})


def _refundable(amount: str, payment: PaymentState) -> Money:
    left = payment.money - payment.refunded
    try:
        money = Money.parse(amount, payment.currency)
    except ValueError as error:
        raise Invalid("The refund is not usable.", [FieldError("amount", str(error))]) from error
    if not 0 < money.minor <= left.minor:
        message = (
            f"must be more than 0 and at most {left} {payment.currency}, which is what is left of {payment.amount}"
        )
        raise Invalid("The refund is not usable.", [FieldError("amount", message)])
    return money


def _allow(payment: PaymentState, move: str) -> None:
    allowed = MOVES[payment.status] if payment.version < MAX_CHANGES else ()
    if move not in allowed:
        choice = f"allowed: {', '.join(allowed)}" if allowed else "nothing more can be done with it"
        detail = f"Cannot {move} payment {payment.payment_id}: it is {payment.status.value}; {choice}."
        raise WrongMove(detail, payment.status.value, allowed)


def _same(field: str, given: str, requested: str) -> None:
    if given != requested:
        raise Invalid(
            "The payment was requested differently.", [FieldError(field, f"must be {requested}, as requested")]
        )


def _moved(  # an event has this many parts
    event_type: str,
    payment: PaymentState,
    changes: Mapping[str, object],
    at: datetime,
    trail: Trail,
    data: dict[str, JsonValue],
) -> Event:
    # The clocks of two machines differ, but a payment's time never runs backward: each state ends when the next begins.
    at = max(at, payment.updated_at)
    state = payment.model_copy(update={**changes, "updated_at": at, "version": payment.version + 1})
    event = _event(event_type, state, at, trail, data)
    return event.model_copy(update={"previous": (difference(_as_json(payment), event.state),)})


def _event(event_type: str, state: PaymentState, at: datetime, trail: Trail, data: dict[str, JsonValue]) -> Event:
    return Event(
        event_id=str(uuid7()),
        type=event_type,
        aggregate_id=state.payment_id,
        aggregate_version=state.version,
        organization_id=state.organization_id,
        occurred_at=at,
        correlation_id=trail.correlation_id,
        causation_id=trail.causation_id,
        state=_as_json(state),
        data=data,
    )


def _as_json(state: PaymentState) -> dict[str, JsonValue]:
    return state.model_dump(mode="json", by_alias=True, exclude_none=True)
