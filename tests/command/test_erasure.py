"""Deleting payments and erasing users on fakes: races, time limits, keys, and dead letters that do not answer."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import orjson
import pytest

from command_app.payments.commands import (
    DeletePayment,
    EraseUser,
    ImportPayments,
    ProcessPayment,
    RefundPayment,
    RequestPayment,
)
from command_app.payments.erasure import SETTLE_SECONDS, ErasureUseCases
from command_app.payments.import_payments import ImportUseCase
from command_app.payments.middleware import concurrency_retry, idempotency, validation
from command_app.payments.outbox import Outbox
from command_app.payments.ports import CommandContext, Erasure, Outgoing
from command_app.payments.use_cases import Outcome, PaymentUseCases
from common.bus import CommandBus
from common.domain.events import Event
from common.engines.table import subject_of
from common.errors import Conflict, EngineUnavailable, Invalid, NotFound, PreconditionFailed, VersionConflict
from common.payments.state import ERASED
from tests.fakes.dead_letters import FakeSupersededLetters
from tests.fakes.event_queue import FakeEventQueue
from tests.fakes.payment_table import FakePaymentTable

ADMIN = CommandContext("org-456", "admin-1", "admin", "correlation-1")
DELETE = DeletePayment(payment_id="p1")
ERASE = EraseUser(user_id="jane@example.org")


class FakeSavedSearches:
    def __init__(self) -> None:
        self.forgotten: list[tuple[str, str]] = []

    def forget(self, organization_id: str, user_id: str) -> None:
        self.forgotten.append((organization_id, user_id))


class Side:
    """The use cases behind the chain of the real wiring."""

    def __init__(self, table: FakePaymentTable | None = None) -> None:
        self.table = table or FakePaymentTable()
        self.queue = FakeEventQueue()
        self.letters = FakeSupersededLetters()
        self.searches = FakeSavedSearches()
        self.slept: list[float] = []
        outbox = Outbox(self.table, self.queue)
        payments = PaymentUseCases(self.table, outbox)
        erasure = ErasureUseCases(self.table, outbox, self.table, self.letters, self.searches, self.slept.append)
        self.bus = CommandBus[CommandContext]([validation, idempotency(self.table), concurrency_retry])
        self.bus.register(RequestPayment, payments.request)
        self.bus.register(ProcessPayment, payments.process)
        self.bus.register(RefundPayment, payments.refund)
        self.bus.register(ImportPayments, ImportUseCase(self.table, outbox, self.table).handle)
        self.bus.register(DeletePayment, erasure.delete)
        self.bus.register(EraseUser, erasure.erase_user)

    def send(self, command: object, context: CommandContext = ADMIN, key: str | None = None) -> Outcome:
        outcome: Outcome = self.bus.dispatch(command, replace(context, idempotency_key=key))
        return outcome

    def requested(self, *payment_ids: str, user: str = "jane@example.org") -> None:
        for payment_id in payment_ids:
            body = {"amount": "100.00", "currency": "EUR", "description": "Jane's book", "user_id": user}
            self.send(RequestPayment(payment_id=payment_id, **body))

    def sent_types(self) -> list[str]:
        return [orjson.loads(each.body)["type"] for each in self.queue.arrived]


@pytest.fixture
def side() -> Side:
    return Side()


def in_time(seconds: float) -> CommandContext:
    return replace(ADMIN, deadline=time.monotonic() + seconds)


# --- one payment


def test_a_deleted_payment_keeps_its_money_and_is_found_by_no_command(side: Side) -> None:
    side.requested("p1")
    assert side.send(DELETE).body == {
        "paymentId": "p1",
        "status": "requested",
        "version": 2,
        "deadLetters": "removed",
    }
    left = side.table.load("org-456", "p1")
    assert left
    assert (left.deleted, left.user_id, left.description, left.amount) == (True, None, ERASED, "100.00")
    assert side.sent_types() == ["PaymentRequested", "PaymentDeleted"]
    assert side.table.erasures == [Erasure("admin-1", "DeletePayment")]
    for command in (DELETE, ProcessPayment(payment_id="p1", amount="100.00", currency="EUR")):
        with pytest.raises(NotFound, match="^Payment not found: p1$"):
            side.send(command)


def test_the_id_of_a_deleted_payment_stays_taken(side: Side) -> None:
    side.requested("p1")
    side.send(DELETE)
    with pytest.raises(Conflict):
        side.requested("p1")


def test_a_payment_that_is_not_there_or_is_another_organization_s_cannot_be_deleted(side: Side) -> None:
    side.requested("p1")
    with pytest.raises(NotFound):
        side.send(DeletePayment(payment_id="p2"))
    with pytest.raises(NotFound):
        side.send(DELETE, replace(ADMIN, organization_id="org-789"))


def test_a_deletion_is_decided_upon_a_version(side: Side) -> None:
    side.requested("p1")
    with pytest.raises(PreconditionFailed):
        side.send(DELETE, replace(ADMIN, if_match=7))
    assert side.send(DELETE, replace(ADMIN, if_match=1)).body["version"] == 2


def test_a_deletion_under_a_key_is_answered_again(side: Side) -> None:
    side.requested("p1")
    first = side.send(DELETE, key="key-1")
    assert side.send(DELETE, key="key-1") == replace(first, replayed=True)


# --- one user


def test_a_user_is_erased_from_all_payments_and_they_live_on(side: Side) -> None:
    # Given payments of Jane and of Joe
    side.requested("p1", "p2", "p3")
    side.requested("p4", user="joe")
    side.send(ProcessPayment(payment_id="p1", amount="100.00", currency="EUR"))

    # When Jane is erased
    assert side.send(ERASE).body == {"erased": 3, "complete": True, "deadLetters": "removed"}

    # Then Joe is there, Jane is not, each erasure is on record, and her payments can still be refunded
    users = {payment_id: side.table.load("org-456", payment_id) for payment_id in ("p1", "p2", "p3", "p4")}
    assert [payment and payment.user_id for payment in users.values()] == [None, None, None, "joe"]
    subject = subject_of("org-456", "jane@example.org")
    assert side.table.erasures == [Erasure("admin-1", "EraseUser", subject)] * 3
    assert side.table.unsent == 0
    assert side.send(RefundPayment(payment_id="p1", amount="40.00")).body["status"] == "partially_refunded"


def test_the_index_of_payers_is_looked_at_again_after_a_moment() -> None:
    # Given an index that shows a payment a moment late, and one that is erased a moment longer
    class Late(FakePaymentTable):
        looks = 0

        def payments_of(self, organization_id: str, user_id: str) -> Iterator[Sequence[str]]:
            self.looks += 1
            yield ["p1"] if self.looks == 1 else ["p1", "p2"]

    side = Side(Late())
    side.requested("p1", "p2")
    assert side.send(ERASE).body["erased"] == 2
    assert SETTLE_SECONDS in side.slept


def test_an_erasure_that_runs_out_of_time_says_so_and_is_repeated_under_the_same_key(side: Side) -> None:
    side.requested(*(f"p{number}" for number in range(30)))
    assert side.send(ERASE, in_time(11), key="key-1").body == {"erased": 0, "complete": False, "deadLetters": "removed"}
    whole = side.send(ERASE, in_time(60), key="key-1")
    assert (whole.body["erased"], whole.body["complete"], whole.replayed) == (30, True, False)
    assert side.send(ERASE, key="key-1") == replace(whole, replayed=True)
    assert side.send(ERASE).body["erased"] == 0


def test_a_payment_that_moves_meanwhile_is_erased_after_its_move() -> None:
    class Moving(FakePaymentTable):
        lost = 2

        def erase(self, event: Event, erasure: Erasure) -> Outgoing:
            if self.lost:
                self.lost -= 1
                raise VersionConflict("lost the race")
            return super().erase(event, erasure)

    side = Side(Moving())
    side.requested("p1", "p2")
    assert side.send(ERASE).body["erased"] == 2


def test_a_queue_that_is_down_leaves_the_erasure_to_the_sweep(side: Side) -> None:
    side.requested("p1")
    side.queue.down = True
    assert side.send(ERASE).body["erased"] == 1
    assert side.table.unsent == 1


@pytest.mark.parametrize("user_id", ["", "x" * 256, "line\nbreak"])
def test_a_user_id_that_no_token_has_is_refused(side: Side, user_id: str) -> None:
    with pytest.raises(Invalid):
        side.send(EraseUser.model_construct(user_id=user_id))


def test_a_user_may_be_called_what_tokens_call_them(side: Side) -> None:
    side.send(RequestPayment(amount="1.00", currency="EUR", description="x"), replace(ADMIN, user_id="auth0|jane doe"))
    assert side.send(EraseUser(user_id="auth0|jane doe")).body["erased"] == 1


# --- dead letters


def test_letters_of_older_versions_go_and_all_others_stay(side: Side) -> None:
    # Given letters of an erased payment, of one that is not, of another organization, and of what never was
    side.requested("p1")
    side.requested("p2", user="joe")
    keep = [("org-456", "p1", 2), ("org-456", "p2", 1), ("org-789", "p1", 1), ("org-456", "p9", 1)]
    side.letters.letters = [("org-456", "p1", 1), *keep, ("org-456", "x" * 3_000, 1)]
    side.send(ERASE)
    assert side.letters.letters == [*keep, ("org-456", "x" * 3_000, 1)]


def test_letters_that_cannot_be_looked_at_are_said_and_removed_by_repeating(side: Side) -> None:
    # Given a dead letter queue that does not answer
    side.requested("p1")
    side.letters.letters = [("org-456", "p1", 1)]
    side.letters.down = True

    # Then the user is erased all the same
    assert side.send(ERASE, key="key-1").body == {"erased": 1, "complete": True, "deadLetters": "pending"}
    assert len(side.letters.letters) == 1

    # And the same call finishes it
    side.letters.down = False
    assert side.send(ERASE, key="key-1").body == {"erased": 0, "complete": True, "deadLetters": "removed"}
    assert side.letters.letters == []


def test_a_deletion_that_left_letters_is_repeated_until_it_is_not_found(side: Side) -> None:
    side.requested("p1")
    side.letters.letters = [("org-456", "p1", 1)]
    side.letters.down = True
    assert side.send(DELETE).body["deadLetters"] == "pending"
    with pytest.raises(EngineUnavailable, match="but not its dead letters"):
        side.send(DELETE)
    side.letters.down = False
    with pytest.raises(NotFound):
        side.send(DELETE)
    assert side.letters.letters == []


# --- importing again


def test_an_import_sent_again_brings_nothing_back(side: Side) -> None:
    # Given two imported payments, one erased, one deleted
    lines = tuple(
        orjson.dumps(
            {
                "paymentId": payment_id,
                "userId": "jane@example.org",
                "amount": "5.00",
                "currency": "EUR",
                "description": "Jane's book",
                "processedAt": "2011-01-31T12:00:00Z",
            }
        )
        for payment_id in ("p1", "p2")
    )
    side.send(ImportPayments(lines=lines))
    side.send(DELETE)
    side.send(ERASE)

    # When the same lines come again
    results = side.send(ImportPayments(lines=lines)).body["results"]

    # Then neither is accepted, and nobody is there again
    assert results == [
        {
            "line": 1,
            "paymentId": "p1",
            "outcome": "rejected",
            "errors": [{"field": "paymentId", "message": "was deleted"}],
        },
        {"line": 2, "paymentId": "p2", "outcome": "duplicate"},
    ]
    assert [side.table.load("org-456", each).user_id for each in ("p1", "p2")] == [None, None]  # type: ignore[union-attr]
