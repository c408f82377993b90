"""Log entries: sent by HTTP in whatever form, each answered for, and there once."""

import gzip
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from common.domain.instants import iso, now
from common.domain.packs import Pack, encoded, packed
from common.logs.index import ALL_INDICES
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.runtime import FunctionError
from local.inprocess.system import System
from projector_app.adapters.redis_epochs import RedisEpochs
from query_app.logs.use_cases import SETTLED
from tests.engine_logs import entries

GOOD: dict[str, Any] = {"timestamp": iso(now()), "level": "error", "service": "api", "message": "payment refused"}
TRACE = "com.example.GatewayException: Timeout\n\tat com.example.Gateway.pay(Gateway.java:17)"


def project(system: System) -> None:
    system.project("LogsProjectorFunction")


def stored(system: System) -> list[dict[str, Any]]:
    found = system.opensearch.search(index=ALL_INDICES, body={"size": 1_000, "sort": ["timestamp", "number"]})
    return [hit["_source"] for hit in found["hits"]["hits"]]


def test_entries_are_taken_in_by_http(system: System) -> None:
    # Given a list, and compressed lines of which one is bad
    token = system.token("org-456")
    lines = gzip.compress(orjson.dumps(GOOD) + b"\n{\n" + orjson.dumps({**GOOD, "level": "info"}))
    compressed = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}

    # When they are sent
    listed = system.request("POST", "/v1/logs", body=[GOOD], token=token)
    streamed = system.request("POST", "/v1/logs", body=lines, headers=compressed, token=token)
    project(system)

    # Then each entry is answered for
    assert (listed.status, listed.json["accepted"]) == (202, 1)
    assert (streamed.status, streamed.json["accepted"], streamed.json["rejected"]) == (202, 2, 1)
    assert streamed.json["results"][0]["id"] == listed.json["results"][0]["id"]

    # And each that was good is there once
    assert [entry["level"] for entry in stored(system)] == ["error", "info"]


def test_a_bad_body_of_entries_is_a_problem_that_names_it(system: System) -> None:
    answer = system.request("POST", "/v1/logs", body={"entry": GOOD}, token=system.token("org-456"))
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json["errors"][0]["field"] == "body"


def test_a_bad_entry_of_a_pack_poisons_no_neighbour(system: System) -> None:
    # Given a pack of another writer: a good entry, one of no known level, and one that the index never takes
    kept = {**GOOD, "number": 1, "retentionDays": 7}
    entries = [
        {**kept, "id": "good"},
        {**kept, "id": "loud", "level": "loud"},
        {**kept, "id": "large", "number": 2**40},
    ]
    envelope = Pack(organization_id="org-456", correlation_id="c", received_at=now())
    for body, _ in packed(envelope, [encoded(entry) for entry in entries]):
        system.sqs.send_message(QueueUrl=system.queues["LogsQueue"], MessageBody=body)

    # When it is projected
    project(system)

    # Then the good one is there, and each of the others is a dead letter of its own
    assert [entry["entryId"] for entry in stored(system)] == ["good"]
    letters = system.sqs.receive_message(
        QueueUrl=system.queues["LogsDeadLetterQueue"], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )["Messages"]
    packs = [Pack.model_validate_json(letter["Body"]) for letter in letters]
    assert {entry["id"] for pack in packs for entry in pack.entries} == {"large", "loud"}
    assert [len(pack.entries) for pack in packs] == [1, 1]
    assert all(letter["MessageAttributes"]["reason"]["StringValue"] for letter in letters)


def ingest(system: System, *entries: dict[str, Any], organization: str = "org-456") -> None:
    """Given entries that were projected."""
    answer = system.request("POST", "/v1/logs", body=list(entries), token=system.token(organization))
    assert answer.json["accepted"] == len(entries), answer.json
    project(system)


def ask(system: System, path: str = "", organization: str = "org-456", **query: str | int) -> Any:
    answer = system.request("GET", f"/v1/logs{path}", query=query, token=system.token(organization))
    assert answer.status == 200, answer.json
    return answer.json


def entry(minutes: float = 0, **fields: Any) -> dict[str, Any]:
    return {**GOOD, "timestamp": iso(now() - timedelta(minutes=minutes)), **fields}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", "abcd"),
        ("refused", "ad"),
        ('"payment refused"', "a"),
        ("payment timeout", "b"),
        ("level>=error", "abd"),
        ("level:info,fatal", "cd"),
        ("level:warn..fatal -service:api", "bd"),
        ("host:web-1", "a"),
        ("trace:t1 OR correlation:c9", "bc"),
        ("attributes.http.method:POST", "a"),
        ("-attributes.retries:3", "abd"),
        ("Timeout", "bd"),
        ("stack:timeout", "d"),
        ("time>=now-1h", "abc"),
        ("id:a", "a"),
    ],
)
def test_entries_are_found_by_the_query_language(logs: System, q: str, expected: str) -> None:
    assert [found["id"] for found in ask(logs, q=q)["entries"]] == list(expected)


@pytest.fixture(scope="module")
def logs(engines: Engines, identity: Identity) -> Iterator[System]:
    """Four entries of one organization, newest first, and one of another."""
    with System(engines, identity) as system:
        ingest(
            system,
            entry(1, id="a", host="web-1", attributes={"http.method": "POST", "sizes": [1, 2]}),
            entry(2, id="b", service="worker", message="payment 17: Timeout=30", traceId="t1"),
            entry(3, id="c", level="info", message="started", correlationId="c9", attributes={"retries": 3}),
            entry(60 * 24, id="d", level="fatal", service="db", message="connection refused", stackTrace=TRACE),
        )
        ingest(system, entry(1, id="a", message="theirs"), organization="org-789")
        yield system


def test_an_entry_is_answered_as_it_was_sent(logs: System) -> None:
    answer = ask(logs, q="payment refused", highlight="true")
    [found] = answer["entries"]
    assert found["highlights"] == {"message": ["<em>payment</em> <em>refused</em>"]}
    assert found["attributes"] == {"http.method": "POST", "sizes": [1, 2]}
    assert (found["level"], found["service"], found["host"]) == ("error", "api", "web-1")
    assert not {"organizationId", "number", "entryId"} & found.keys()
    assert (answer["total"], answer["totalRelation"], answer["nextCursor"]) == (1, "eq", None)


def test_another_organization_finds_its_own_only(logs: System) -> None:
    assert [found["message"] for found in ask(logs, organization="org-789")["entries"]] == ["theirs"]
    cursor = ask(logs, limit=1)["nextCursor"]
    for path, name in (("", "cursor"), ("/tail", "after")):
        answer = logs.request("GET", f"/v1/logs{path}", query={name: cursor}, token=logs.token("org-789"))
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, "cursor")


def test_pages_lead_through_all_entries_and_back(logs: System) -> None:
    first = ask(logs, limit=3)
    second = ask(logs, limit=3, cursor=first["nextCursor"])
    assert [found["id"] for found in (*first["entries"], *second["entries"])] == list("abcd")
    assert (first["prevCursor"], second["nextCursor"]) == (None, None)
    assert ask(logs, limit=3, cursor=second["prevCursor"])["entries"] == first["entries"]


def test_a_histogram_counts_each_level_in_each_step(logs: System) -> None:
    whole = ask(logs, "/histogram", **{"interval": "day", "from": iso(now() - timedelta(days=3))})
    assert (whole["total"], whole["levels"]) == (4, {"info": 1, "error": 2, "fatal": 1})
    assert sum(step["count"] for step in whole["steps"]) == 4
    zoned = ask(logs, "/histogram", q="level:fatal", interval="hour", timeZone="Asia/Kolkata")
    [step] = zoned["steps"]
    assert (step["count"], step["start"][14:16], step["start"][-6:]) == (1, "00", "+05:30")


def test_a_histogram_chooses_its_interval(logs: System) -> None:
    since = iso(now() - timedelta(hours=2))
    chosen = ask(logs, "/histogram", **{"from": since})
    assert (chosen["interval"], chosen["total"]) == ("minute", 3)
    assert len(chosen["steps"]) >= 118  # to the last entry


def test_patterns_group_what_differs_in_values(logs: System) -> None:
    found = ask(logs, "/patterns", q="level>=error")
    assert (found["sampled"], found["total"]) == (3, 3)
    assert {each["template"]: each["count"] for each in found["patterns"]} == {
        "payment refused": 1,
        "payment 17: Timeout=30": 1,
        "connection refused": 1,
    }


def test_a_tail_tells_each_entry_once_and_in_the_order_of_its_coming(system: System) -> None:
    # Given somebody who follows errors of an organization without any
    begin = ask(system, "/tail", q="level:error")
    assert begin["entries"] == []

    # When entries come, the later one of an earlier time
    ingest(system, entry(id="a"), entry(id="b", level="info"))
    ingest(system, entry(50, id="c"))
    time.sleep(SETTLED.total_seconds())

    # Then they are told, once
    told = ask(system, "/tail", q="level:error", after=begin["after"], wait=5)
    assert [found["id"] for found in told["entries"]] == ["a", "c"]
    after = ask(system, "/tail", q="level:error", after=told["after"])
    assert after["entries"] == []

    # And who begins now is told the latest
    assert [found["id"] for found in ask(system, "/tail", limit=2)["entries"]] == ["b", "c"]


@pytest.mark.parametrize(
    ("path", "query", "status", "field"),
    [
        ("", {"q": "level:loud"}, 422, "q"),
        ("", {"q": "host>a"}, 422, "q"),
        ("", {"cursor": "abc"}, 400, "cursor"),
        ("", {"limit": 501}, 422, "limit"),
        ("", {"from": "2026-01-02", "to": "2026-01-01"}, 422, "to"),
        ("/histogram", {"interval": "second", "from": "2026-01-01", "to": "2026-01-02"}, 422, "interval"),
        ("/histogram", {"timeZone": "Paris"}, 422, "timeZone"),
        ("/patterns", {"sample": 20_000}, 422, "sample"),
        ("/tail", {"wait": 60}, 422, "wait"),
        ("/tail", {"from": "2026-01-01"}, 422, "from"),
    ],
)
def test_a_bad_question_is_named(logs: System, path: str, query: dict[str, str], status: int, field: str) -> None:
    answer = logs.request("GET", f"/v1/logs{path}", query=query, token=logs.token("org-456"))
    assert (answer.status, answer.json["errors"][0]["field"]) == (status, field)


def test_an_admin_changes_how_long_the_entries_of_the_days_to_come_are_kept(system: System) -> None:
    # Given an organization that keeps its entries for 30 days
    admin, agent = system.token("org-456", role="admin"), system.token("org-456")
    assert system.request("GET", "/v1/logs/settings", token=agent).json == {"retentionDays": 30, "changes": []}

    # When an admin asks for 7, and nobody else may
    asked = {"retentionDays": 7}
    assert system.request("PUT", "/v1/logs/settings", body=asked, token=agent).status == 403
    changed = system.request("PUT", "/v1/logs/settings", body=asked, token=admin)

    # Then that is for tomorrow or the day after, and what comes today still goes where it would have gone
    assert (changed.status, changed.json["retentionDays"]) == (200, 30)
    [change] = changed.json["changes"]
    assert (change["retentionDays"], change["since"] > iso(now())[:10]) == (7, True)
    ingest(system, entry(id="a"), entry(id="b"))
    assert {hit["_index"][:8] for hit in hits(system)} == {"logs-30d"}

    # And another number is refused
    refused = system.request("PUT", "/v1/logs/settings", body={"retentionDays": 8}, token=admin)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "retentionDays")


def subscribed(
    *lines: str, group: str = "/aws/lambda/shop-api", stream: str = "2026/01/31/[$LATEST]0f3c"
) -> dict[str, Any]:
    """What CloudWatch Logs delivers."""
    at = int(now().timestamp() * 1000)
    delivered = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": ["all"],
        "logEvents": [{"id": f"{37 + n}", "timestamp": at + n, "message": line} for n, line in enumerate(lines)],
    }
    return {"awslogs": {"data": b64encode(gzip.compress(orjson.dumps(delivered))).decode()}}


def test_no_line_of_cloudwatch_is_lost_to_a_name(system: System) -> None:
    # Given a log group and a stream with the longest names that CloudWatch allows, and lines that name no service
    group, stream = "/ecs/" + "g" * 507, "s" * 512
    event = subscribed("plain", '{"service":"  "}', f'{{"service":"{"x" * 300}"}}', group=group, stream=stream)

    # When they are delivered, then all are taken, by as much of the names as an entry has
    subscription = system.functions["LogsSubscriptionFunction"]
    with system.rewired({"LOG_GROUPS": "/ecs/=org-456, /=org-456"}):
        assert subscription.invoke(event) == {"accepted": 3, "rejected": 0}
        assert subscription.invoke(subscribed("a", "b", "c", "slash", group="/", stream=" "))["accepted"] == 4
    project(system)
    found = {(entry["service"], entry.get("host")) for entry in ask(system)["entries"]}
    assert found == {("g" * 256, "s" * 256), ("x" * 256, "s" * 256)} | {("unknown", None)}


def test_the_lines_of_a_cloudwatch_log_group_are_its_organization_s(system: System) -> None:
    # Given a log group of org-456, and what its function wrote
    own_line = '{"level":"WARNING","message":"slow","service":"payments","correlation_id":"c-1"}'
    event = subscribed("START RequestId: 1\n", own_line, "[ERROR] KeyError: 'amount'", "x" * 50_000, "")

    # When it is delivered, twice as CloudWatch may
    subscription = system.functions["LogsSubscriptionFunction"]
    with system.rewired({"LOG_GROUPS": "/aws/lambda/=org-789, /aws/lambda/shop=org-456"}):
        assert [subscription.invoke(event) for _ in range(2)] == [{"accepted": 5, "rejected": 0}] * 2

        # And a delivery of nobody's group fails, to be tried again
        with pytest.raises(FunctionError, match="/ecs/other"):
            subscription.invoke(subscribed("hello", group="/ecs/other"))
    project(system)

    # Then each line is there once
    found = ask(system)["entries"][::-1]
    assert [each["level"] for each in found] == ["info", "warn", "error", "info", "info"]
    assert [each["service"] for each in found][:2] == ["shop-api", "payments"]
    assert (found[1]["correlationId"], found[3]["attributes"]["cut"]) == ("c-1", True)
    assert ask(system, organization="org-789")["total"] == 0


def test_every_line_of_the_engines_is_counted_once_whatever_happens_to_the_projector(system: System) -> None:
    # Given the engines' own lines, a part of them sent twice
    lines = entries()
    expected = Counter((line["timestamp"][:13], line["level"]) for line in lines)
    for some in (lines[:200], lines[200:], lines[:200]):
        assert system.request("POST", "/v1/logs", body=some, token=system.token("org-456")).json["rejected"] == 0

    # When the projector dies after a bulk and before it says so, and gets everything again
    mapping = system.pollers["LogsProjectorFunction"]
    bumped = RedisEpochs.bump
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedisEpochs, "bump", killed)
        mapping.drain()
    assert RedisEpochs.bump is bumped
    mapping.release()
    project(system)

    # Then as many are found by hour and level as were sent
    counted = ask(system, "/histogram", interval="hour")
    found = {(step["start"][:13], level): count for step in counted["steps"] for level, count in step["levels"].items()}
    assert found == expected
    assert counted["total"] == len(lines)


def killed(*_: object) -> bool:
    raise MemoryError("the function was ended")


def hits(system: System) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = system.opensearch.search(index=ALL_INDICES, body={"size": 100})["hits"]["hits"]
    return found
