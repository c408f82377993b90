"""The command side as wired, on fakes: idempotency, races, imports and the outbox."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from command_app.payments.commands import FailPayment, ImportPayments, ProcessPayment, RefundPayment, RequestPayment
from command_app.payments.import_payments import ImportUseCase
from command_app.payments.middleware import concurrency_retry, idempotency, validation
from command_app.payments.outbox import Outbox
from command_app.payments.ports import CommandContext
from command_app.payments.use_cases import Outcome, PaymentUseCases
from common.bus import CommandBus
from common.domain.events import Event
from common.errors import EngineUnavailable, InFlight, Invalid, NotFound, PreconditionFailed, VersionConflict
from tests.fakes.event_queue import FakeEventQueue
from tests.fakes.payment_table import FakePaymentTable

CONTEXT = CommandContext("org-456", "user-1", "agent", "correlation-1")
REQUEST = RequestPayment(payment_id="payment-123", amount="100.00", currency="EUR", description="Blue mug")
PROCESS = ProcessPayment(payment_id="payment-123", amount="100.00", currency="EUR")


class CommandSide:
    """The use cases behind the chain of the real wiring."""

    def __init__(self, table: FakePaymentTable | None = None) -> None:
        self.table = table or FakePaymentTable()
        self.queue = FakeEventQueue()
        self.outbox = Outbox(self.table, self.queue)
        payments = PaymentUseCases(self.table, self.outbox)
        self.bus = CommandBus[CommandContext]([validation, idempotency(self.table), concurrency_retry])
        self.bus.register(RequestPayment, payments.request)
        self.bus.register(ProcessPayment, payments.process)
        self.bus.register(FailPayment, payments.fail)
        self.bus.register(RefundPayment, payments.refund)
        self.bus.register(ImportPayments, ImportUseCase(self.table, self.outbox, self.table).handle)

    def send(self, command: object, key: str | None = None, if_match: int | None = None) -> Outcome:
        outcome: Outcome = self.bus.dispatch(command, replace(CONTEXT, idempotency_key=key, if_match=if_match))
        return outcome

    def sent_types(self) -> list[str]:
        return [orjson.loads(each.body)["type"] for each in self.queue.arrived]


@pytest.fixture
def side() -> CommandSide:
    return CommandSide()


def test_a_command_commits_sends_and_clears_its_mark(side: CommandSide) -> None:
    assert side.send(REQUEST).body == {"paymentId": "payment-123", "status": "requested", "version": 1}
    assert side.send(PROCESS).body == {"paymentId": "payment-123", "status": "completed", "version": 2}
    assert side.sent_types() == ["PaymentRequested", "PaymentProcessed"]
    assert side.table.unsent == 0


def test_a_payment_that_is_not_there_is_not_found(side: CommandSide) -> None:
    with pytest.raises(NotFound, match="^Payment not found: payment-123$"):
        side.send(PROCESS)


def test_if_match_must_name_the_version(side: CommandSide) -> None:
    side.send(REQUEST)
    with pytest.raises(PreconditionFailed, match="at version 1, If-Match asked for 2"):
        side.send(PROCESS, if_match=2)
    assert side.send(PROCESS, if_match=1).body["version"] == 2


def test_whoever_builds_a_command_it_is_validated(side: CommandSide) -> None:
    with pytest.raises(Invalid) as wrong:
        side.send(ProcessPayment.model_construct(payment_id="not an id", amount="1.00", currency="EUR"))
    assert [error.field for error in wrong.value.errors] == ["paymentId"]


# --- idempotency


def test_the_same_key_and_payload_answers_the_first_answer_again(side: CommandSide) -> None:
    side.send(REQUEST)
    side.send(PROCESS)
    refund = RefundPayment(payment_id="payment-123", amount="40.00")
    first = side.send(refund, key="key-1")
    again = side.send(refund, key="key-1")
    assert again == replace(first, replayed=True)
    assert side.sent_types().count("PaymentRefunded") == 1


def test_the_same_key_with_another_payload_is_refused(side: CommandSide) -> None:
    side.send(REQUEST, key="key-1")
    with pytest.raises(Invalid) as wrong:
        side.send(REQUEST.model_copy(update={"amount": "7.00"}), key="key-1")
    assert wrong.value.errors[0].field == "Idempotency-Key"


def test_a_key_in_use_asks_to_come_back(side: CommandSide) -> None:
    side.table.claim("org-456", "key-1", REQUEST.fingerprint())
    with pytest.raises(InFlight) as in_flight:
        side.send(REQUEST, key="key-1")
    assert in_flight.value.headers == {"Retry-After": "30"}


def test_a_rejected_command_gives_its_key_back(side: CommandSide) -> None:
    with pytest.raises(NotFound):
        side.send(PROCESS, key="key-1")
    side.send(REQUEST)
    assert not side.send(PROCESS, key="key-1").replayed


# --- races


class BusyTable(FakePaymentTable):
    """Somebody else is faster, a number of times."""

    lost = 0

    def append(self, event: Event, *rest: object) -> object:  # type: ignore[override]
        if self.lost:
            self.lost -= 1
            raise VersionConflict("lost the race")
        return super().append(event, *rest)  # type: ignore[arg-type]


def test_a_lost_race_is_run_again_on_the_new_state() -> None:
    table = BusyTable()
    side = CommandSide(table)
    side.send(REQUEST)
    table.lost = 5
    assert side.send(PROCESS).body["status"] == "completed"


def test_after_six_lost_races_the_caller_hears_of_it() -> None:
    table = BusyTable()
    side = CommandSide(table)
    side.send(REQUEST)
    table.lost = 6
    with pytest.raises(VersionConflict):
        side.send(PROCESS)
    assert side.sent_types() == ["PaymentRequested"]


# --- the outbox


def test_a_queue_that_is_down_fails_no_command_and_the_sweep_sends_later(side: CommandSide, later: None) -> None:
    # Given a queue that is down while two commands run
    side.queue.down = True
    side.send(REQUEST)
    side.send(PROCESS)
    assert (side.table.unsent, side.queue.arrived) == (2, [])

    # When it is back, and the sweep comes
    side.queue.down = False
    report = side.outbox.sweep(lambda: 60_000)

    # Then both events are sent, oldest first, and none is left
    assert (report.sent, report.finished) == (2, True)
    assert side.sent_types() == ["PaymentRequested", "PaymentProcessed"]
    assert side.table.unsent == 0


def test_not_even_a_defect_in_sending_fails_what_is_committed(side: CommandSide, later: None) -> None:
    # Given a table that forbids to remove marks
    def forbidden(_: object) -> None:
        raise RuntimeError("AccessDenied")

    side.table.clear = forbidden  # type: ignore[method-assign,assignment]

    # Then the command is answered as done, and its mark stays for the sweep
    assert side.send(REQUEST).body["version"] == 1
    assert side.table.unsent == 1


def test_an_import_of_which_one_event_did_not_arrive_is_sent_again_as_a_whole(
    side: CommandSide, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a queue that takes all events of a commit but the last
    send = side.queue.send
    with monkeypatch.context() as patched:
        patched.setattr(side.queue, "send", lambda events: send(events[:-1]))
        side.send(ImportPayments(lines=[line("inv-1"), line("inv-2"), line("inv-3")]))
    assert (len(side.queue.arrived), side.table.unsent) == (2, 1)

    # When the sweep comes, then it sends the commit, and its mark is gone
    assert side.outbox.sweep(lambda: 60_000).sent == 3
    assert (len(side.queue.arrived), side.table.unsent) == (5, 0)


def test_the_sweep_leaves_to_a_command_what_it_is_still_sending(side: CommandSide) -> None:
    side.queue.down = True
    side.send(REQUEST)
    side.queue.down = False
    assert side.outbox.sweep(lambda: 60_000).sent == 0


def test_the_sweep_stops_before_its_time_runs_out(side: CommandSide, later: None) -> None:
    side.queue.down = True
    side.send(REQUEST)
    side.queue.down = False
    assert not side.outbox.sweep(lambda: 4_000).finished


def test_the_sweep_says_when_the_queue_is_still_down(side: CommandSide, later: None) -> None:
    side.queue.down = True
    side.send(REQUEST)
    with pytest.raises(EngineUnavailable):
        side.outbox.sweep(lambda: 60_000)
    assert side.table.unsent == 1


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep takes every event for old enough."""
    monkeypatch.setattr("command_app.payments.outbox.FAST_PATH", timedelta(minutes=-1))


# --- importing payments


def line(payment_id: str = "inv-1", **fields: object) -> bytes:
    whole = {
        "paymentId": payment_id,
        "userId": "customer-1",
        "amount": "139.12",
        "currency": "GBP",
        "description": "WHITE METAL LANTERN",
        "processedAt": "2010-12-01T12:00:00Z",
    }
    return orjson.dumps({**whole, **fields})


def outcomes(outcome: Outcome) -> list[tuple[str | None, str]]:
    results = outcome.body["results"]
    assert isinstance(results, list)
    return [(result["paymentId"], result["outcome"]) for result in results]  # type: ignore[index,call-overload,misc]


def test_an_import_answers_each_line_and_no_line_hurts_another(side: CommandSide) -> None:
    lines = (
        line("inv-1"),
        b"{",
        line("inv-2", amount="1.234"),
        line("inv-3"),
        line("inv-1"),
        line("inv-3", amount="7.00"),
    )
    outcome = side.send(ImportPayments(lines=lines))
    assert outcomes(outcome) == [
        ("inv-1", "accepted"),
        (None, "rejected"),
        ("inv-2", "rejected"),
        ("inv-3", "accepted"),
        ("inv-1", "duplicate"),
        ("inv-3", "rejected"),
    ]
    assert (outcome.body["accepted"], outcome.body["duplicates"], outcome.body["rejected"]) == (2, 1, 3)
    errors = [result.get("errors") for result in outcome.body["results"]]  # type: ignore[union-attr]
    assert errors[2] == [{"field": "amount", "message": "has too many decimals: GBP has 2"}]
    assert errors[5] == [{"field": "amount", "message": "differs from the payment that has this paymentId already"}]
    assert side.sent_types() == ["PaymentProcessed", "PaymentProcessed"]


def test_lines_that_repeat_each_other_are_judged_by_what_is_stored(side: CommandSide) -> None:
    side.send(ImportPayments(lines=(line(amount="5.00"),)))
    again = side.send(ImportPayments(lines=(line(amount="9.00"), line(amount="9.00"), line(amount="5.00"))))
    assert [outcome for _, outcome in outcomes(again)] == ["rejected", "rejected", "duplicate"]


def test_an_import_sent_again_doubles_nothing(side: CommandSide) -> None:
    lines = tuple(line(f"inv-{number}") for number in range(120))
    assert side.send(ImportPayments(lines=lines)).body["accepted"] == 120
    again = side.send(ImportPayments(lines=lines))
    assert (again.body["accepted"], again.body["duplicates"]) == (0, 120)
    assert len(side.queue.arrived) == 120


def test_a_refunded_payment_is_still_a_duplicate(side: CommandSide) -> None:
    side.send(ImportPayments(lines=(line(),)))
    side.send(RefundPayment(payment_id="inv-1", amount="139.12"))
    assert outcomes(side.send(ImportPayments(lines=(line(),)))) == [("inv-1", "duplicate")]


def test_an_import_under_a_key_is_replayed_as_it_was_answered(side: CommandSide) -> None:
    command = ImportPayments(lines=(line(),))
    first = side.send(command, key="key-1")
    assert side.send(command, key="key-1") == replace(first, replayed=True)


def test_an_imported_payment_keeps_its_day(side: CommandSide) -> None:
    side.send(ImportPayments(lines=(line(processedAt="2010-12-01T14:00:00+02:00"),)))
    state = side.table.load("org-456", "inv-1")
    assert state
    assert state.processed_at
    assert state.processed_at.isoformat() == "2010-12-01T12:00:00+00:00"


@pytest.mark.parametrize("count", [0, 1_001])
def test_an_import_has_one_to_a_thousand_lines(side: CommandSide, count: int) -> None:
    with pytest.raises(Invalid, match="Some fields"):
        side.send(ImportPayments.model_construct(lines=(line(),) * count))


@pytest.mark.parametrize(
    "text", [b"null", b"[]", b"1", b'""', b"\xff\xfe", b"[" * 10_000, b'{"paymentId":1}', line("import")]
)
def test_a_line_that_is_no_payment_is_rejected_with_a_field(side: CommandSide, text: bytes) -> None:
    outcome = side.send(ImportPayments(lines=(text,)))
    assert outcome.body["rejected"] == 1
    assert outcome.body["results"][0]["errors"]  # type: ignore[index,call-overload]
