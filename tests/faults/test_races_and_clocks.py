"""Many at once on one payment, and clocks that do not agree: versions decide, and the sums are right."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from command_app.payments import outbox_wiring, payment, wiring
from command_app.payments.commands import RefundPayment
from command_app.payments.ports import CommandContext
from common.domain import instants
from common.errors import AppError
from local.inprocess.system import System
from tests.faults.steps import (
    ORG,
    everything_is_projected,
    marks,
    nothing_is_lost_or_doubled,
    real_engines_only,
    requested,
    shown,
)

pytestmark = real_engines_only

CLIENTS = 20


def processed(system: System, payment_id: str) -> int:
    body = {"amount": "100.00", "currency": "EUR"}
    return system.request("POST", f"/v1/payments/{payment_id}/process", body=body, token=system.token(ORG)).status


def all_refund(payment_id: str, amount: str) -> Counter[str]:
    """Twenty clients at once, below HTTP, which serves one at a time in a process; answers how it ended for them."""
    bus = wiring.command_bus()

    def refund(_: int) -> str:
        context = CommandContext(ORG, "user-1", "agent", correlation_id=str(uuid4()), idempotency_key=str(uuid4()))
        try:
            outcome = bus.dispatch(RefundPayment(payment_id=payment_id, amount=amount), context)
        except AppError as error:
            return type(error).__name__
        return str(outcome.body["status"])

    with ThreadPoolExecutor(CLIENTS) as clients:
        return Counter(clients.map(refund, range(CLIENTS)))


def test_of_twenty_who_refund_the_whole_amount_exactly_one_wins(system: System) -> None:
    # Given a completed payment of 100.00 EUR
    assert requested(system, "payment-123").status == 201
    assert processed(system, "payment-123") == 200

    # When twenty clients refund all of it at the same moment
    ended = all_refund("payment-123", "100.00")

    # Then one does, the others are told that it is refunded, and so says the read side
    assert ended == {"refunded": 1, "WrongMove": CLIENTS - 1}
    everything_is_projected(system)
    document = shown(system, "payment-123")
    assert (document["status"], document["refundAmount"], document["version"]) == ("refunded", "100.00", 3)
    nothing_is_lost_or_doubled(system, payments=1)


def test_of_twenty_who_refund_a_part_as_many_win_as_the_amount_allows(system: System) -> None:
    # Given a completed payment of 100.00 EUR
    assert requested(system, "payment-123").status == 201
    assert processed(system, "payment-123") == 200

    # When twenty clients refund 30.00 each, and those who lost every race try again
    won, rounds = 0, 0
    while rounds < 5:
        ended = all_refund("payment-123", "30.00")
        assert ended.keys() <= {"partially_refunded", "Invalid", "VersionConflict"}
        won += ended["partially_refunded"]
        rounds += 1
        if not ended["VersionConflict"]:
            break

    # Then three get it, and the payment has 10.00 left
    assert won == 3
    everything_is_projected(system)
    document = shown(system, "payment-123")
    assert (document["status"], document["refundAmount"], document["version"]) == ("partially_refunded", "90.00", 5)
    nothing_is_lost_or_doubled(system, payments=1)


@contextmanager
def clock_off(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> Iterator[None]:
    """Within the block, the machine that takes commands has the time wrong."""

    def wrong() -> datetime:
        return instants.now() + by

    with monkeypatch.context() as patch:
        patch.setattr(payment, "now", wrong)
        yield


def test_versions_decide_and_not_the_clocks(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a payment that was requested by a machine a day ahead, and processed by one a day behind
    with clock_off(monkeypatch, timedelta(days=1)):
        assert requested(system, "payment-123").status == 201
    with clock_off(monkeypatch, timedelta(days=-1)):
        assert processed(system, "payment-123") == 200
    refund = system.request(
        "POST", "/v1/payments/payment-123/refund", body={"amount": "40.00"}, token=system.token(ORG)
    )
    assert refund.status == 200

    # When its events are projected
    everything_is_projected(system)

    # Then the last move is shown, though the first one's clock was later
    document = shown(system, "payment-123")
    assert (document["status"], document["version"]) == ("partially_refunded", 3)
    nothing_is_lost_or_doubled(system, payments=1)
    found = system.request("GET", "/v1/payments/payment-123", token=system.token(ORG)).json
    assert found["lagMs"] >= 0


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(days=1)], ids=["behind", "ahead"])
def test_the_sweep_sends_what_a_machine_with_a_wrong_clock_left(
    system: System, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    # Given an event that was committed by a machine with a wrong clock, and not sent
    monkeypatch.setenv("QUEUE_URL", f"{system.queue_url}-gone")
    with clock_off(monkeypatch, by):
        assert requested(system, "payment-123").status == 201
    assert len(marks(system)) == 1
    monkeypatch.setenv("QUEUE_URL", system.queue_url)
    outbox_wiring.settings.cache_clear()
    outbox_wiring.outbox.cache_clear()

    # When the sweep runs by a clock that is right
    assert system.sweep() == {"sent": 1, "finished": True}

    # Then it is shown
    everything_is_projected(system)
    nothing_is_lost_or_doubled(system, payments=1)
