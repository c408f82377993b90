"""What a caller wrote, the caller reads: the answer shows it, or says that it does not."""

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from common.cache.keys import epoch_key, settling_key
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.system import System

ORG = "org-456"
HEADER = "Consistency-Token"


@pytest.fixture
def impatient(engines: Engines, identity: Identity) -> Iterator[System]:
    """Waits for a fifth of a second only."""
    with System(engines, identity, {"CONSISTENCY_WAIT_MS": "200"}) as system:
        yield system


def requested(system: System, payment_id: str = "payment-123") -> dict[str, str]:
    """Given a payment that was requested; answers the headers that ask for at least that."""
    body = {"paymentId": payment_id, "amount": "100.00", "currency": "EUR", "description": "Blue mug"}
    answer = system.request("POST", "/v1/payments", body=body, token=system.token(ORG))
    assert answer.status == 201
    return {HEADER: answer.headers["consistency-token"]}


def processed(system: System, payment_id: str = "payment-123") -> dict[str, str]:
    """And was processed."""
    body = {"amount": "100.00", "currency": "EUR"}
    answer = system.request("POST", f"/v1/payments/{payment_id}/process", body=body, token=system.token(ORG))
    assert answer.status == 200
    return {HEADER: answer.headers["consistency-token"]}


@pytest.mark.parametrize("path", ["/v1/payments/payment-123", "/v1/payments", "/v1/payments/statistics"])
def test_a_write_that_is_projected_shows_at_once_to_get_search_and_statistics(system: System, path: str) -> None:
    # Given a payment that was requested, projected and refreshed, and then processed
    requested(system)
    system.project()
    token = processed(system)

    # When the projector has written it, and nobody has refreshed the index
    system.poller.drain()
    answer = system.request("GET", path, token=system.token(ORG), headers=token).json

    # Then the answer waited until it shows
    assert answer["stale"] is False
    assert "completed" in str(answer)
    assert "requested'" not in str(answer.get("status"))


@pytest.mark.parametrize("path", ["/v1/payments/payment-123", "/v1/payments", "/v1/payments/statistics"])
def test_an_older_cached_answer_is_passed_over(system: System, redis: Redis, path: str) -> None:
    # Given an answer that is kept for long, the index having settled
    token, epoch = system.token(ORG), epoch_key("payments", ORG)
    requested(system)
    system.project()
    redis.delete(settling_key("payments", ORG))
    before = system.request("GET", path, token=token).json
    old = redis.get(epoch)

    # And a projector that died between its bulk and its bump
    write = processed(system)
    system.project()
    redis.set(epoch, old or b"")
    kept = system.request("GET", path, token=token).json
    assert (kept["cache"], kept["asOf"]) == ("l1", before["asOf"])

    # When the caller shows what it wrote
    answer = system.request("GET", path, token=token, headers=write).json

    # Then it is read anew, and so it is for those who come after
    assert (answer["cache"], answer["stale"]) == ("miss", False)
    assert "completed" in str(answer)
    assert "completed" in str(system.request("GET", path, token=token).json)


@pytest.mark.parametrize("path", ["/v1/payments", "/v1/payments/statistics"])
def test_after_the_wait_the_answer_is_given_and_says_that_it_is_stale(impatient: System, path: str) -> None:
    token = requested(impatient)
    started = time.monotonic()
    answer = impatient.request("GET", path, token=impatient.token(ORG), headers=token)
    assert 0.2 <= time.monotonic() - started < 2
    assert (answer.status, answer.json["stale"]) == (200, True)


def test_an_older_version_is_answered_as_stale_and_a_payment_that_is_not_there_yet_says_so(impatient: System) -> None:
    # Given a payment whose second event is not projected yet
    requested(impatient)
    impatient.project()
    second = processed(impatient)

    # Then its older version is answered, and said to be stale
    answer = impatient.request("GET", "/v1/payments/payment-123", token=impatient.token(ORG), headers=second)
    assert (answer.status, answer.json["version"], answer.json["stale"]) == (200, 1, True)

    # And a payment of which nothing is projected is not found, and said to be stale
    token = requested(impatient, "payment-124")
    missing = impatient.request("GET", "/v1/payments/payment-124", token=impatient.token(ORG), headers=token)
    assert (missing.status, missing.json["stale"]) == (404, True)
    assert missing.headers["retry-after"] == "1"

    # And a stale answer is kept for nobody
    impatient.project()
    shown = impatient.request("GET", "/v1/payments/payment-123", token=impatient.token(ORG)).json
    assert (shown["version"], shown["stale"]) == (2, False)


def test_another_organization_s_token_shows_nothing(impatient: System) -> None:
    token = requested(impatient)
    impatient.project()
    answer = impatient.request("GET", "/v1/payments", token=impatient.token("org-789"), headers=token).json
    assert (answer["total"], answer["stale"]) == (0, True)
