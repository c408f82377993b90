"""Taking in many entries: whatever is sent, each entry is answered for, and what is accepted is in the queue once."""

import gzip
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_app.ingestion.body import MAX_BODY_BYTES
from command_app.ingestion.ports import Reading
from command_app.logs.entry import accepting
from command_app.logs.otlp import OTLP
from common.domain.instants import iso, now
from common.domain.packs import MAX_ENTRY_BYTES, MAX_PACK_BYTES, Pack, encoded, packed
from common.errors import EngineUnavailable, Malformed, Rejected, TooLarge, Unsupported
from common.logs.retention import Retention
from tests.fakes.pack_queue import Ingestion

AT = iso(now())
GOOD = {"timestamp": AT, "level": "error", "service": "api", "message": "payment refused"}


@pytest.fixture
def ingestion() -> Ingestion:
    return Ingestion(Reading(OTLP, lambda _: accepting(Retention())))


def lines(*entries: object) -> bytes:
    return b"\n".join(orjson.dumps(entry) for entry in entries)


def otlp(*records: object) -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "api"}}]}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": list(records)}]}]}


@pytest.mark.parametrize(
    ("content", "content_type", "encoding"),
    [
        ([GOOD], "application/json", ""),
        ({"entries": [GOOD]}, "application/json; charset=utf-8", "identity"),
        (lines(GOOD) + b"\n\n", "application/x-ndjson", ""),
        (gzip.compress(lines(GOOD)), "application/x-ndjson", "gzip"),
        (gzip.compress(orjson.dumps([GOOD])), "application/gzip", ""),
        (gzip.compress(lines(GOOD)), "application/gzip", "gzip"),
    ],
)
def test_an_entry_arrives_in_whatever_form_it_comes(
    ingestion: Ingestion, content: object, content_type: str, encoding: str
) -> None:
    answer = ingestion.send(content, content_type, encoding)

    [result] = answer["results"]
    assert (answer["accepted"], result["entry"], result["outcome"]) == (1, 1, "accepted")
    assert ingestion.entries() == [{**GOOD, "id": result["id"], "number": 1, "retentionDays": 30}]
    [pack] = ingestion.queue.packs()
    assert (pack.organization_id, pack.correlation_id) == ("org-456", "correlation-1")


def test_a_log_record_of_otlp_becomes_an_entry(ingestion: Ingestion) -> None:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    record = {
        "timeUnixNano": f"{int(at.timestamp())}123456789",
        "severityNumber": 17,
        "severityText": "ERROR",
        "traceId": "5b8efff798038103d269b633813fc60c",
        "body": {"stringValue": "payment refused"},
        "attributes": [
            {"key": "http.response.status_code", "value": {"intValue": "409"}},
            {"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"boolValue": True}]}}},
            {"key": "exception.stacktrace", "value": {"stringValue": "at pay()"}},
        ],
    }
    answer = ingestion.send(otlp(record, {**record, "body": {"kvlistValue": {"values": []}}}))

    assert answer["accepted"] == 2, answer
    first, second = ingestion.entries()
    assert {name: value for name, value in first.items() if name != "id"} == {
        "timestamp": iso(at + timedelta(milliseconds=123)),
        "level": "error",
        "service": "api",
        "message": "payment refused",
        "traceId": "5b8efff798038103d269b633813fc60c",
        "attributes": {"http.response.status_code": 409, "tags": ["a", True]},
        "stackTrace": "at pay()",
        "number": 1,
        "retentionDays": 30,
    }
    assert second["message"] == "{}"


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(b'{"arrayValue": {"values": [', b"]}}"), (b'{"kvlistValue": {"values": [{"key": "a", "value": ', b"}]}}")],
)
def test_a_record_without_end_is_named_and_does_not_stop_its_neighbours(
    ingestion: Ingestion, opens: bytes, closes: bytes
) -> None:
    at = {"timeUnixNano": str(int(now().timestamp()) * 10**9)}
    document = orjson.dumps(otlp({**at, "body": "DEEP"}, {**at, "body": {"stringValue": "a"}}))

    answer = ingestion.send(document.replace(b'"DEEP"', opens * 240 + b"{}" + closes * 240))

    assert [result["outcome"] for result in answer["results"]] == ["rejected", "accepted"]
    assert answer["results"][0]["errors"][0]["field"] == "value"


def test_a_number_of_more_than_64_bits_is_named_and_does_not_stop_its_neighbours(ingestion: Ingestion) -> None:
    at = {"timeUnixNano": str(int(now().timestamp()) * 10**9)}
    answer = ingestion.send(otlp({**at, "body": {"intValue": "9" * 20}}, {**at, "body": {"intValue": str(2**64 - 1)}}))

    assert [result["outcome"] for result in answer["results"]] == ["rejected", "accepted"]
    assert answer["results"][0]["errors"][0]["field"] == "intValue"


@pytest.mark.parametrize(("number", "level"), [(0, "info"), (1, "trace"), (8, "debug"), (13, "warn"), (24, "fatal")])
def test_severities_are_levels(ingestion: Ingestion, number: int, level: str) -> None:
    ingestion.send(otlp({"timeUnixNano": str(int(now().timestamp()) * 10**9), "severityNumber": number, "body": {}}))
    assert [entry["level"] for entry in ingestion.entries()] == [level]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": "loud"}, "level"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": iso(now() + timedelta(hours=1))}, "timestamp"),
        ({"timestamp": iso(now() - timedelta(days=31))}, "timestamp"),
        ({"message": ""}, "message"),
        ({"message": "x" * MAX_ENTRY_BYTES}, "entry"),
        ({"service": None}, "service"),
        ({"attributes": {"a..b": 1}}, "attributes"),
        ({"attributes": {"deep": [[[[[[1]]]]]]}}, "attributes"),
        ({"attributes": {"note": "x" * 20_000}}, "attributes"),
        ({"id": "a b"}, "id"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_entry_is_named_and_does_not_stop_its_neighbours(
    ingestion: Ingestion, change: dict[str, object], field: str
) -> None:
    answer = ingestion.send([GOOD, {**GOOD, **change}, 5, GOOD])

    assert [result["outcome"] for result in answer["results"]] == ["accepted", "rejected", "rejected", "accepted"]
    assert [error["field"] for error in answer["results"][1]["errors"]] == [field]
    assert [error["field"] for error in answer["results"][2]["errors"]] == ["entry"]
    assert len(ingestion.entries()) == 2


@pytest.mark.parametrize(
    ("content", "content_type", "encoding", "error", "field"),
    [
        (b"{", "application/json", "", Malformed, "body"),
        (b"", "application/json", "", Malformed, "body"),
        ({"entry": GOOD}, "application/json", "", Rejected, "body"),
        ({"entries": GOOD}, "application/gzip", "identity", Malformed, "body"),
        ({"resourceLogs": 5}, "application/json", "", Rejected, "resourceLogs"),
        ({"resourceLogs": [{"resource": 5}]}, "application/json", "", Rejected, "resource"),
        (b"[]", "text/plain", "", Unsupported, "content-type"),
        (b"[]", "application/json", "br", Unsupported, "content-encoding"),
        (b"[]", "application/json", "gzip", Malformed, "body"),
        (gzip.compress(b"[]", mtime=0)[:-3], "application/gzip", "", Malformed, "body"),
        (gzip.compress(b" " * 200 * MAX_BODY_BYTES, mtime=0), "application/gzip", "", TooLarge, "body"),
        (b" " * (MAX_BODY_BYTES + 1), "application/json", "", TooLarge, "body"),
        ([0] * 1_001, "application/json", "", TooLarge, "entries"),
    ],
)
def test_a_bad_body_is_refused_as_a_whole(
    ingestion: Ingestion, content: object, content_type: str, encoding: str, error: type[Rejected], field: str
) -> None:
    with pytest.raises(error) as refused:
        ingestion.send(content, content_type, encoding)
    assert [each.field for each in refused.value.errors] == [field]
    assert ingestion.queue.bodies == []


def test_a_line_that_is_no_json_is_that_line_s_fault(ingestion: Ingestion) -> None:
    answer = ingestion.send(b"\xff\xfe\n" + lines(GOOD), "application/x-ndjson")
    assert [result["outcome"] for result in answer["results"]] == ["rejected", "accepted"]
    assert answer["results"][0]["errors"][0]["field"] == "line"


def test_equal_entries_of_one_body_are_two_and_a_repeated_body_has_the_same_ids(ingestion: Ingestion) -> None:
    body = [GOOD, GOOD, {**GOOD, "id": "mine"}, dict(reversed(GOOD.items()))]
    first, again = ingestion.send(body), ingestion.send(body)

    ids = [result["id"] for result in first["results"]]
    assert len(set(ids)) == 4
    assert ids[2] == "mine"
    assert [result["id"] for result in again["results"]] == ids


def test_what_the_queue_did_not_take_is_not_said_to_be_accepted(ingestion: Ingestion) -> None:
    # Given entries of three packs, and a queue that refuses the second
    body = [{**GOOD, "message": "x" * 40_000, "id": f"e{number}"} for number in range(15)]
    ingestion.queue.refuses = {1}

    answer = ingestion.send(body)

    # Then exactly what is in the queue is accepted
    assert answer["accepted"] + answer["failed"] == 15
    accepted = {result["id"] for result in answer["results"] if result["outcome"] == "accepted"}
    assert accepted == {entry["id"] for entry in ingestion.entries()}
    assert 0 < len(accepted) < 15


def test_a_queue_that_takes_nothing_is_unavailable(ingestion: Ingestion) -> None:
    ingestion.queue.refuses = {0}
    with pytest.raises(EngineUnavailable):
        ingestion.send([GOOD])
    assert ingestion.send([{**GOOD, "level": "loud"}])["rejected"] == 1


@given(st.lists(st.text(max_size=200).map(lambda text: text * 80), max_size=60))
def test_packs_hold_every_entry_once_and_fit_into_a_message(texts: list[str]) -> None:
    envelope = Pack(organization_id="org-456", correlation_id="c", received_at=now())
    entries: list[dict[str, Any]] = [{"id": str(number), "message": text} for number, text in enumerate(texts)]

    packs = list(packed(envelope, [encoded(entry) for entry in entries]))

    assert [number for _, numbers in packs for number in numbers] == list(range(len(entries)))
    read = [Pack.model_validate_json(body) for body, _ in packs]
    assert [entry for pack in read for entry in pack.entries] == entries
    assert all(len(body.encode()) <= MAX_PACK_BYTES for body, _ in packs)
    assert not any(character in body for body, _ in packs for character in "\ufffe\uffff")


def test_no_day_s_retention_changes_once_its_entries_may_come() -> None:
    # Given an organization that changes its mind daily
    at, retention = datetime(2026, 1, 1, 23, 56, tzinfo=UTC), Retention()
    decided: dict[Any, int] = {}
    for number, days in enumerate([7, 90, 365, 30, 7] * 100):
        moment = at + timedelta(hours=12 * number)
        for day in (moment.date() - timedelta(days=back) for back in range(-1, 40)):
            if moment + timedelta(minutes=10) > datetime(day.year, day.month, day.day, tzinfo=UTC):
                # Then what was decided for a day stays
                assert decided.setdefault(day, retention.days_of(day)) == retention.days_of(day)
        retention = retention.changed(days, moment)  # type: ignore[arg-type]
    # And rules that no longer matter are forgotten
    assert len(retention.rules) < 370
    assert len(Counter(rule.since for rule in retention.rules)) == len(retention.rules)
