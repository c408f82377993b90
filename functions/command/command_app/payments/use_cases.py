"""One handler a command: load, decide, commit, send."""

from dataclasses import dataclass, field
from typing import Self

import orjson
from pydantic import JsonValue

from command_app.payments import payment as aggregate
from command_app.payments.commands import FailPayment, ProcessPayment, RefundPayment, RequestPayment
from command_app.payments.outbox import Outbox
from command_app.payments.payment import Trail
from command_app.payments.ports import CommandContext, PaymentStore
from common.domain.events import Event
from common.errors import NotFound, PreconditionFailed
from common.payments.state import PaymentState


@dataclass(frozen=True)
class Outcome:
    """What a command answers; `replayed` when an idempotency key brought back an earlier answer."""

    body: dict[str, JsonValue] = field(default_factory=dict)
    replayed: bool = False

    def to_json(self) -> bytes:
        """What an idempotency record keeps."""
        return orjson.dumps(self.body)

    @classmethod
    def replay(cls, kept: bytes) -> Self:
        """The answer that a record kept."""
        return cls(orjson.loads(kept), replayed=True)


class PaymentUseCases:
    """The commands on one payment."""

    def __init__(self, store: PaymentStore, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox

    def request(self, command: RequestPayment, context: CommandContext) -> Outcome:
        """A new payment. Raises Conflict when its id is taken."""
        return self._commit(aggregate.request(command, context, _trail(context)), context)

    def process(self, command: ProcessPayment, context: CommandContext) -> Outcome:
        """The money was taken."""
        payment = load(self._store, command.payment_id, context)
        return self._commit(aggregate.process(payment, command, _trail(context)), context)

    def fail(self, command: FailPayment, context: CommandContext) -> Outcome:
        """The money could not be taken."""
        payment = load(self._store, command.payment_id, context)
        return self._commit(aggregate.fail(payment, command, _trail(context)), context)

    def refund(self, command: RefundPayment, context: CommandContext) -> Outcome:
        """Money was given back."""
        payment = load(self._store, command.payment_id, context)
        return self._commit(aggregate.refund(payment, command, _trail(context)), context)

    def _commit(self, event: Event, context: CommandContext) -> Outcome:
        outcome = Outcome(
            {"paymentId": event.aggregate_id, "status": event.state["status"], "version": event.aggregate_version}
        )
        committed = self._store.append(event, context.claim, outcome.to_json())
        self._outbox.publish([committed])
        return outcome


def load(store: PaymentStore, payment_id: str, context: CommandContext) -> PaymentState:
    """The payment that a command is for. Raises NotFound, for a deleted one too, and PreconditionFailed."""
    payment = store.load(context.organization_id, payment_id)
    if payment is None or payment.deleted:
        raise NotFound(f"Payment not found: {payment_id}")
    if context.if_match is not None and context.if_match != payment.version:
        raise PreconditionFailed(
            f"Payment {payment_id} is at version {payment.version}, If-Match asked for {context.if_match}. "
            "Read it again and decide anew."
        )
    return payment


def _trail(context: CommandContext) -> Trail:
    # Nothing but a call causes these events, so the call is both their trail and their cause.
    return Trail(correlation_id=context.correlation_id, causation_id=context.correlation_id)
