"""Deleting one payment and erasing one user: what is personal goes, the money stays (docs/adr/0010)."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pydantic import JsonValue

from command_app.payments import payment as aggregate
from command_app.payments.commands import DeletePayment, EraseUser
from command_app.payments.outbox import Outbox
from command_app.payments.payment import Trail
from command_app.payments.ports import (
    CommandContext,
    DeadLetters,
    Erasure,
    ErasureStore,
    IdempotencyRecords,
    Outgoing,
    SavedSearches,
)
from command_app.payments.retry import after_lost_race
from command_app.payments.use_cases import Outcome, load
from common.batches import batches
from common.edge.observability import count, logger
from common.engines.table import subject_of
from common.errors import EngineUnavailable, NotFound
from common.payments.state import MAX_PAYMENT_ID

PARALLEL_ERASURES = 4
PACK = 20
"""Payments between two looks at the clock."""
SETTLE_SECONDS = 1.0
"""The index of payers follows the payments by less than that."""
ERASING_RESERVE_SECONDS = 12.0
"""Of the call's time, for the last pack, the dead letters and the answer."""
LETTERS_RESERVE_SECONDS = 7.0
"""Of that, for an SQS that does not answer."""


class ErasureUseCases:
    """`DeletePayment` and `EraseUser`. Both can be repeated until nothing is left to do."""

    def __init__(
        self,
        store: ErasureStore,
        outbox: Outbox,
        records: IdempotencyRecords,
        letters: DeadLetters,
        searches: SavedSearches,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._records = records
        self._letters = letters
        self._searches = searches
        self._sleep = sleep

    def delete(self, command: DeletePayment, context: CommandContext) -> Outcome:
        """The payment is shown to nobody from now on. Raises NotFound when that is so already.

        Whoever was told that dead letters are pending repeats the call until that NotFound; until then it raises
        EngineUnavailable.
        """
        try:
            payment = load(self._store, command.payment_id, context)
        except NotFound:
            self._finish_earlier(command.payment_id, context)
            raise
        event = aggregate.delete(payment, _trail(context))
        erasure = Erasure(by=context.user_id, action=type(command).__name__)
        self._outbox.publish([self._store.erase(event, erasure)])
        count("PaymentsErased")
        body: dict[str, JsonValue] = {
            "paymentId": event.aggregate_id,
            "status": event.state["status"],
            "version": event.aggregate_version,
        }
        return self._answer(body, context, done=True)

    def erase_user(self, command: EraseUser, context: CommandContext) -> Outcome:
        """As many payments as the call's time allows; `complete` says whether those were all."""
        subject = subject_of(context.organization_id, command.user_id)
        erasure = Erasure(by=context.user_id, action=type(command).__name__, subject=subject)
        self._searches.forget(context.organization_id, command.user_id)
        erased, complete = self._erase_all(command.user_id, erasure, context)
        count("PaymentsErased", erased)
        return self._answer({"erased": erased, "complete": complete}, context, done=complete)

    def _erase_all(self, user_id: str, erasure: Erasure, context: CommandContext) -> tuple[int, bool]:
        """Look twice: the index of payers may be a moment behind the payments."""
        erased = 0
        for wait in (0.0, SETTLE_SECONDS):
            self._sleep(wait)
            for page in self._store.payments_of(context.organization_id, user_id):
                for pack in batches(page, PACK):
                    if time.monotonic() > context.deadline - ERASING_RESERVE_SECONDS:
                        return erased, False
                    erased += self._erase_pack(pack, user_id, erasure, context)
        return erased, True

    def _erase_pack(self, payment_ids: Sequence[str], user_id: str, erasure: Erasure, context: CommandContext) -> int:
        def erase_one(payment_id: str) -> Outgoing | None:
            payment = self._store.load(context.organization_id, payment_id)
            if payment is None or payment.user_id != user_id:
                return None  # erased already; the index of payers did not know yet
            return self._store.erase(aggregate.erase(payment, _trail(context)), erasure)

        # Retried one by one: a retry of the whole would forget how many it erased.
        with ThreadPoolExecutor(PARALLEL_ERASURES) as pool:
            committed = [each for each in pool.map(lambda each: after_lost_race(erase_one, each), payment_ids) if each]
        self._outbox.publish(*([each] for each in committed))
        return len(committed)

    def _finish_earlier(self, payment_id: str, context: CommandContext) -> None:
        """Remove what an earlier call could not, if there was one. Raises EngineUnavailable."""
        deleted = self._store.load(context.organization_id, payment_id) is not None
        if deleted and not self._letters_removed(context):
            raise EngineUnavailable(f"Payment {payment_id} is deleted, but not its dead letters yet.")

    def _answer(self, body: dict[str, JsonValue], context: CommandContext, *, done: bool) -> Outcome:
        """Under a key the answer is kept only when nothing is left to do, so that the key works until then."""
        removed = self._letters_removed(context)
        outcome = Outcome({**body, "deadLetters": "removed" if removed else "pending"})
        if context.claim and done and removed:
            self._records.complete(context.claim, outcome.to_json())
        elif context.claim:
            self._records.release(context.claim)
        return outcome

    def _letters_removed(self, context: CommandContext) -> bool:
        """Whether no letter is left that tells what was erased. The erasure itself is committed, whatever happens."""
        payment_of = cache(self._store.load)

        def superseded(organization_id: str, payment_id: str, version: int) -> bool:
            if organization_id != context.organization_id or len(payment_id) > MAX_PAYMENT_ID:
                return False
            payment = payment_of(organization_id, payment_id)
            # The erased state is carried whole by the newer event.
            return payment is not None and payment.erased_at is not None and version < payment.version

        try:
            removed = self._letters.remove(superseded, context.deadline - LETTERS_RESERVE_SECONDS)
        except EngineUnavailable as error:
            logger.warning("dead letters not removed", extra={"reason": error.detail})
            removed = False
        if not removed:
            count("DeadLettersPending")
        return removed


def _trail(context: CommandContext) -> Trail:
    return Trail(correlation_id=context.correlation_id, causation_id=context.correlation_id)
