"""Log entries: sent by HTTP in whatever form, each answered for, and there once."""

import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from common.domain.model import iso, now
from common.domain.packs import Pack, encoded, packed
from common.logs.index import ALL_INDICES
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.system import System
from query_app.logs.use_cases import SETTLED

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
