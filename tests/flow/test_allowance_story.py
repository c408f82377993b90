"""An organization that asks too much is told to wait; the others do not notice, and neither do its commands."""

from collections import Counter

from redis import Redis

from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.system import System
from query_app.allowance import WINDOW_SECONDS


def test_queries_above_the_rate_are_429_and_nothing_else_is(engines: Engines, identity: Identity, redis: Redis) -> None:
    # Given a system that answers each organization once a second
    with System(engines, identity, {"QUERY_RATE": "1"}) as system:
        loud, quiet = system.token("org-loud"), system.token("org-quiet")
        # When one asks more often than two windows allow
        answers = [system.request("GET", "/v1/payments", token=loud) for _ in range(2 * WINDOW_SECONDS + 5)]

        # Then it is answered as often as it may, and then told how long to wait
        statuses = Counter(answer.status for answer in answers)
        assert statuses.keys() == {200, 429}
        assert WINDOW_SECONDS <= statuses[200] <= 2 * WINDOW_SECONDS
        refused = next(answer for answer in answers if answer.status == 429)
        assert 1 <= int(refused.headers["retry-after"]) <= WINDOW_SECONDS
        assert refused.json["detail"] == "Your organization may ask 1 times a second here."
        assert refused.json["correlationId"]

        # And another one is answered, its own commands are taken, and what was asked is counted for all processes
        assert system.request("GET", "/v1/payments", token=quiet).status == 200
        body = {"amount": "10.00", "currency": "EUR", "description": "Blue mug"}
        assert system.request("POST", "/v1/payments", body=body, token=loud).status == 201
        assert list(redis.scan_iter("{payments:org-loud}:asked:*"))
