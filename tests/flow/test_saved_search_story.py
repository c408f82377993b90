"""Searches that are kept by name, and tell of new payments."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import orjson
import pytest

from common.domain.instants import iso, now
from common.engines.table import SEARCH_PREFIX, searches_pk
from common.errors import EngineUnavailable
from common.payments.index import ALIAS_READ, FIRST_INDEX
from local.engines import REGION, Engines
from local.inprocess.gateway import HttpAnswer
from local.inprocess.resources import create_queue
from local.inprocess.system import System
from query_app.payments.search.query import SearchPayments
from query_app.saved import alerts_wiring
from query_app.saved.adapters.claims import CLAIM_SECONDS, DynamoDBClaims
from query_app.saved.search import Match
from tests.query.documents import bulk_body, payment

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ORG = "org-456"
REFUNDS = {"name": "Large refunds", "query": {"q": "status:refunded amount>=100.00"}}


@dataclass(frozen=True)
class Inbox:
    """A queue that is subscribed to the topic of alerts."""

    sqs: "SQSClient"
    url: str

    def messages(self) -> list[dict[str, Any]]:
        """Those that came since the last look."""
        bodies: list[dict[str, Any]] = []
        while received := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            bodies += [orjson.loads(message["Body"]) for message in received]
            for message in received:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def told(self) -> list[str]:
        """The payments that they tell of."""
        return sorted(message["paymentId"] for message in self.messages())


@pytest.fixture
def inbox(system: System, engines: Engines) -> Iterator[Inbox]:
    # Beside the topic, where ElasticMQ is the system's queue: SNS delivers within its own AWS.
    sqs = boto3.client("sqs", region_name=REGION, endpoint_url=engines.aws_url)
    queue = create_queue(sqs, {}, system.alerts_topic.rpartition(":")[2])
    attributes = {"RawMessageDelivery": "true"}
    system.sns.subscribe(TopicArn=system.alerts_topic, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)
    yield Inbox(sqs, queue.url)
    sqs.delete_queue(QueueUrl=queue.url)
    sqs.close()


def call(system: System, method: str, path: str, body: object = None, **caller: str) -> HttpAnswer:
    """By user-1 of org-456, unless `user`, `role` or `organization` say otherwise."""
    if_match = caller.pop("if_match", None)
    token = system.token(**{"organization": ORG, **caller})
    return system.request(method, path, body=body, headers={"if-match": if_match} if if_match else None, token=token)


def saved(system: System, user: str = "user-1", **fields: object) -> dict[str, Any]:
    answer = call(system, "POST", "/v1/searches", {**REFUNDS, **fields}, user=user)
    assert answer.status == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def index(system: System, *payment_ids: str, ago: timedelta = timedelta(), **fields: object) -> None:
    """Given large refunds that were recorded and indexed just now, or some time ago."""
    recorded = {"updatedAt": iso(now()), "indexedAt": iso(now() - ago)}
    large = {"status": "refunded", "amount": "250.00", **recorded, **fields}
    system.opensearch.bulk(body=bulk_body(FIRST_INDEX, *(payment(each, ORG, **large) for each in payment_ids)))
    system.opensearch.indices.refresh(index=ALIAS_READ)


def test_a_search_is_kept_found_changed_and_deleted(system: System) -> None:
    # Given a search that is kept
    kept = saved(system)
    path = f"/v1/searches/{kept['searchId']}"
    assert (kept["name"], kept["query"], kept["shared"], kept["version"]) == (*REFUNDS.values(), False, 1)

    # Then its owner finds it, and can search by it
    assert call(system, "GET", path).json == kept
    assert call(system, "GET", "/v1/searches").json == {"searches": [kept]}
    index(system, "p-1")
    found = system.request("GET", "/v1/payments", query=kept["query"], token=system.token(ORG))
    assert [each["paymentId"] for each in found.json["payments"]] == ["p-1"]

    # When it is changed on the version that was seen, and on an older one
    wanted = {"name": "Refunds", "query": {"status": ["refunded"]}, "shared": True}
    changed = call(system, "PUT", path, wanted, if_match='"1"')
    assert (changed.status, changed.headers["etag"], changed.json["query"]) == (200, '"2"', wanted["query"])
    assert call(system, "PUT", path, wanted, if_match='"1"').status == 412
    assert call(system, "DELETE", path, if_match='"1"').status == 412

    # Then it is gone when it is deleted
    assert call(system, "DELETE", path, if_match='"2"').json["name"] == "Refunds"
    assert call(system, "GET", path).status == 404
    assert call(system, "DELETE", path).status == 404


def test_what_is_shared_is_everybody_s_to_read_and_the_owner_s_and_admins_to_change(system: System) -> None:
    private, shared = saved(system, name="Private"), saved(system, shared=True)
    path, hidden = f"/v1/searches/{shared['searchId']}", f"/v1/searches/{private['searchId']}"
    assert call(system, "GET", path, user="user-2").json == shared
    assert call(system, "GET", "/v1/searches", user="user-2").json == {"searches": [shared]}
    assert call(system, "PUT", path, REFUNDS, user="user-2").status == 403
    assert call(system, "DELETE", path, user="user-2").status == 403
    for method in ("GET", "PUT", "DELETE"):
        body = REFUNDS if method == "PUT" else None
        assert call(system, method, hidden, body, user="admin-1", role="admin").status == 404
        assert call(system, method, path, body, organization="org-789", role="admin").status == 404
    assert call(system, "DELETE", path, user="admin-1", role="admin").status == 200


def test_a_name_is_taken_once_an_owner(system: System) -> None:
    saved(system)
    again = call(system, "POST", "/v1/searches", {**REFUNDS, "name": "  Large refunds "})
    assert (again.status, again.json["detail"]) == (409, "You have a search with this name.")
    saved(system, user="user-2")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": " ", "query": {}}, "name"),
        ({"name": "a\u0000b", "query": {}}, "name"),
        ({"name": "x", "query": {"q": "amount>=ten"}}, "q"),
        ({"name": "x", "query": {"limit": 5}}, "query.limit"),
        ({"name": "x", "query": {"from": "2011-02-01", "to": "2011-01-01"}}, "to"),
        ({"name": "x", "query": {}, "owner": "u-2"}, "owner"),
    ],
)
def test_what_is_wrong_is_named(system: System, body: dict[str, object], field: str) -> None:
    answer = call(system, "POST", "/v1/searches", body)
    assert answer.status == 422
    assert field in [each["field"] for each in answer.json["errors"]]


def test_a_new_payment_that_matches_is_told_of_once(system: System, inbox: Inbox) -> None:
    # Given an alert, and payments from before it was switched on
    index(system, "before")
    alert = saved(system, alert=True)
    assert (alert["lastRunAt"], alert["lastCount"]) == (None, None)

    # When a payment comes that matches, and others that do not
    index(system, "p-1")
    index(system, "small", amount="99.99")
    index(system, "open", status="completed")
    assert system.alert() == {"alerts": 1, "messages": 1, "failed": 0, "finished": True}

    # Then there is one message, of ids only
    assert inbox.messages() == [
        {
            "alertId": f"{alert['searchId']}:p-1",
            "organizationId": ORG,
            "searchId": alert["searchId"],
            "paymentId": "p-1",
            "version": 2,
            "link": "/v1/payments/p-1",
        }
    ]
    shown = call(system, "GET", f"/v1/searches/{alert['searchId']}").json
    assert (shown["lastRunAt"] is None, shown["lastCount"]) == (False, 1)

    # And no more of it, however often the clock ticks and the payment changes
    system.alert()
    index(system, "p-1", version=3)
    assert system.alert()["messages"] == 0
    assert inbox.told() == []


def test_a_payment_that_shows_late_is_told_of(system: System, inbox: Inbox) -> None:
    # Given a run after which a payment shows that was indexed before it
    saved(system, alert=True)
    system.alert()
    index(system, "late", ago=timedelta(minutes=3))
    system.alert()
    assert inbox.told() == ["late"]


def test_what_is_indexed_anew_is_no_news(system: System, inbox: Inbox) -> None:
    saved(system, alert=True)
    index(system, "old", updatedAt="2026-01-01T00:00:00.000Z")
    assert system.alert()["messages"] == 0


def test_an_alert_that_is_off_tells_nothing_and_one_that_is_on_again_begins_anew(system: System, inbox: Inbox) -> None:
    alert = saved(system, alert=True)
    path = f"/v1/searches/{alert['searchId']}"
    assert call(system, "PUT", path, REFUNDS).json["alert"] is False
    index(system, "meanwhile")
    assert system.alert()["alerts"] == 0
    assert call(system, "PUT", path, {**REFUNDS, "alert": True}).json["alert"] is True
    index(system, "p-2")
    system.alert()
    assert inbox.told() == ["p-2"]


def test_many_are_all_told_of_over_several_runs(system: System, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("query_app.saved.alerts.MOST", 100)
    saved(system, alert=True)
    ids = [f"p-{number:03}" for number in range(250)]
    index(system, *ids)
    assert [system.alert()["messages"] for _ in range(4)] == [100, 100, 50, 0]
    assert inbox.told() == ids


def test_a_search_that_the_engine_does_not_answer_keeps_no_other_from_telling(system: System, inbox: Inbox) -> None:
    # Given two alerts, the first of which the engine does not answer
    slow = saved(system, alert=True, name="Slow", query={"q": "mug"})
    saved(system, alert=True)
    index(system, "p-1")
    run, asked = alerts_wiring.alerts(), []

    class Slow:
        def pages(self, organization_id: str, query: SearchPayments, *since: Any) -> Iterator[Sequence[Match]]:
            asked.append(query.text)
            if query.text:
                raise EngineUnavailable("too slow")
            return run.matches.pages(organization_id, query, *since)

    # When the alerts run, twice
    half_answered = replace(run, matches=Slow())
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            half_answered.run(lambda: 50_000)

    # Then the other one has told of its payment, the slow one had its turn like it, and is told of when it is answered
    assert inbox.told() == ["p-1"]
    assert sorted(asked[:2]) == sorted(asked[2:]) == ["", "mug"]
    index(system, "p-2", description="A mug")
    system.alert()
    told = [(each["searchId"] == slow["searchId"], each["paymentId"]) for each in inbox.messages()]
    assert (True, "p-2") in told


def test_a_search_that_another_version_kept_keeps_no_other_from_telling(system: System, inbox: Inbox) -> None:
    # Given two alerts, one of them kept in a form that is not known here
    strange = saved(system, alert=True, name="Strange")
    saved(system, alert=True)
    system.dynamodb.update_item(
        TableName=system.table_name,
        Key={"pk": {"S": searches_pk(ORG)}, "sk": {"S": f"{SEARCH_PREFIX}{strange['searchId']}"}},
        UpdateExpression="SET #query = :query",
        ExpressionAttributeNames={"#query": "query"},
        ExpressionAttributeValues={":query": {"S": '{"planet": "Mars"}'}},
    )
    index(system, "p-1")

    # When the alerts run, then the other one tells
    assert system.alert()["failed"] == 1
    assert inbox.told() == ["p-1"]


def test_a_run_without_time_for_all_does_not_go_back(system: System, inbox: Inbox) -> None:
    # Given an alert that has looked up to now, and a payment from just before
    alert = saved(system, alert=True)
    system.alert()
    through = next(alerts_wiring.alerts().searches.alerts()).through
    index(system, *(f"p-{number:03}" for number in range(150)), ago=timedelta(minutes=3))

    # When a run has time for one page of two
    left = iter([50_000, 50_000])
    alerts_wiring.alerts().run(lambda: next(left, 0))

    # Then the next one begins no earlier than this one
    [after] = alerts_wiring.alerts().searches.alerts()
    assert (after.search_id, after.through, after.last_count) == (alert["searchId"], through, 100)


@pytest.mark.parametrize("call_number", range(1, 9))
def test_a_run_that_is_killed_passes_nothing_over(system: System, inbox: Inbox, call_number: int) -> None:
    # Given a run that is killed at one of its calls, before or after the call has its effect
    alert = saved(system, alert=True)
    index(system, "p-1", "p-2", "p-3")
    run, calls = alerts_wiring.alerts(), iter(range(1, 1_000))

    class Dying:
        def __init__(self, port: object) -> None:
            self._port = port

        def __getattr__(self, name: str) -> Any:
            def dying(*args: Any) -> Any:
                answer = getattr(self._port, name)(*args)
                if next(calls) == call_number:
                    raise KeyboardInterrupt
                return answer

            return dying

    dying = replace(run, claims=Dying(run.claims), topic=Dying(run.topic))
    with pytest.raises(KeyboardInterrupt):
        dying.run(lambda: 50_000)
    first = inbox.told()

    # When the next run comes, after the killed one's claims are over
    system.alert()
    later = DynamoDBClaims(system.dynamodb, system.table_name, clock=lambda: time.time() + CLAIM_SECONDS + 2)
    replace(run, claims=later).run(lambda: 50_000)

    # Then all were told of, and twice only what was told of and not noted
    both = first + inbox.told()
    assert set(both) == {"p-1", "p-2", "p-3"}
    assert len(both) <= 6
    assert system.alert()["messages"] == 0
    shown = call(system, "GET", f"/v1/searches/{alert['searchId']}").json
    assert shown["lastCount"] == 0


def test_an_erased_user_s_searches_go_along(system: System) -> None:
    saved(system, user="jane", name="Mine")
    shared = saved(system, user="jane", shared=True)
    saved(system, name="VIP", query={"q": "user:jane"})
    erased = call(system, "POST", "/v1/users/jane/erase", user="admin-1", role="admin")
    assert erased.status == 200, erased.json
    left = call(system, "GET", "/v1/searches").json["searches"]
    assert [(each["searchId"], each["ownerId"]) for each in left] == [(shared["searchId"], "[erased]")]


def test_an_alert_of_logs_tells_when_its_threshold_is_reached_and_counts_no_entry_twice(
    system: System, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an alert at three errors within ten minutes, and entries that show at once
    monkeypatch.setattr("query_app.saved.alerts.SETTLED", timedelta())
    wanted = {"q": "level>=error service:api"}
    threshold = {"count": 3, "windowMinutes": 10}
    asked: dict[str, Any] = {"context": "logs", "query": wanted, "alert": True, "threshold": threshold}
    kept = saved(system, name="Errors", **asked)
    assert (kept["context"], kept["threshold"]) == ("logs", asked["threshold"])

    def log(*levels: str) -> None:
        entry = {"timestamp": iso(now()), "service": "api", "message": "oh"}
        entries = [{**entry, "level": level, "id": str(uuid4())} for level in levels]
        assert call(system, "POST", "/v1/logs", entries).json["accepted"] == len(levels)
        system.project("LogsProjectorFunction")

    # When there are two of them, then a third one, then one more
    log("error", "info", "fatal", "info")
    assert system.alert()["messages"] == 0
    log("error")
    assert system.alert()["messages"] == 1
    log("error")
    assert system.alert()["messages"] == 0

    # Then it told of the three, once
    [message] = inbox.messages()
    assert (message["searchId"], message["count"], message["threshold"]) == (kept["searchId"], 3, 3)
    assert call(system, "GET", f"/v1/searches/{kept['searchId']}").json["lastRunAt"]


def test_an_alert_of_logs_that_becomes_one_of_payments_begins_anew(system: System, inbox: Inbox) -> None:
    # Given an alert of logs that was never reached, and a payment that came meanwhile
    threshold = {"count": 1_000, "windowMinutes": 10}
    kept = saved(system, context="logs", query={}, alert=True, threshold=threshold)
    assert system.alert()["messages"] == 0
    index(system, "before")

    # When it becomes one of payments, and another payment comes
    assert call(system, "PUT", f"/v1/searches/{kept['searchId']}", {**REFUNDS, "alert": True}).status == 200
    index(system, "after")
    system.alert()

    # Then what was there already is no news, and it counts as one alert still
    assert inbox.told() == ["after"]
    assert call(system, "DELETE", f"/v1/searches/{kept['searchId']}").status == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"context": "logs", "alert": True}, "threshold"),
        ({"context": "logs", "threshold": {"count": 1, "windowMinutes": 1}}, "threshold"),
        ({"alert": True, "threshold": {"count": 1, "windowMinutes": 1}}, "threshold"),
        ({"context": "logs", "alert": True, "threshold": {"count": 0, "windowMinutes": 1}}, "threshold.count"),
        ({"context": "logs", "query": {"status": ["failed"]}}, "query.status"),
        ({"context": "logs", "query": {"q": "amount>1"}}, "q"),
        ({"context": "cats"}, "context"),
    ],
)
def test_what_is_no_search_of_its_context_is_not_kept(system: System, fields: dict[str, Any], wrong: str) -> None:
    answer = call(system, "POST", "/v1/searches", {"name": "Odd", "query": {}, **fields})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, wrong)
