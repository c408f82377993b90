"""How old the queue is, as operators see it: from the commit to the projection, also while OpenSearch is down."""

import time

import pytest

from common.settings import Settings
from local.inprocess.system import System
from projector_app.payments import wiring


def requested(system: System, payment_id: str) -> float:
    """A payment's event waits; answers when that was, at the latest."""
    body = {"paymentId": payment_id, "amount": "100.00", "currency": "EUR", "description": "Blue mug"}
    assert system.request("POST", "/v1/payments", body=body, token=system.token("org-456")).status == 201
    return time.time()


def oldest_ms(system: System) -> int | None:
    answer = system.request("GET", "/v1/freshness", token=system.token("org-456", role="admin")).json
    oldest: int | None = answer["queue"]["oldestMs"]
    return oldest


def ms_since(instant: float) -> float:
    return (time.time() - instant) * 1000


def test_the_queue_s_age_is_told_before_while_and_after_opensearch_is_down(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a queue that the sweep has seen empty
    swept_at = time.time()
    system.sweep()
    assert oldest_ms(system) is None

    # When an event waits
    time.sleep(0.3)
    first = requested(system, "payment-1")
    # Then it is at most as old as that, and at least as old as it is
    least = ms_since(first)
    told = oldest_ms(system)
    assert told is not None
    assert least - 5 <= told <= ms_since(swept_at)

    # When the projector cannot write it, nor the next one
    url = Settings.from_env().opensearch_url
    monkeypatch.setenv("OPENSEARCH_URL", "http://127.0.0.1:9")
    wiring.projector.cache_clear()
    system.poller.drain()
    time.sleep(0.5)
    requested(system, "payment-2")
    system.poller.drain()
    # Then the first one still counts, though the second was taken after it
    least = ms_since(first)
    told = oldest_ms(system)
    assert told is not None
    assert least - 5 <= told < least + 1_000

    # And when OpenSearch is back, nothing waits any more
    monkeypatch.setenv("OPENSEARCH_URL", url)
    wiring.projector.cache_clear()
    system.poller.release()
    assert system.project() == 2
    assert oldest_ms(system) is None
