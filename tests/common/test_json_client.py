"""The functions' own client of AWS: what goes wrong on the way is tried again, and ends in time, as boto3's would."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from common.engines import json_client
from common.engines.json_client import JsonClient, Limits, Service
from common.errors import Permanent
from tests.answering import HANGS_UP, SLEEPS, WELL, Request, server

THROTTLED = 400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"}'
REFUSED = 400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "Message": "no such key"}'
LOST = 500, b"<html>"
GARBLED = 200, b"{"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("REGION", "eu-west-1"), ("ACCESS_KEY_ID", "AKID"), ("SECRET_ACCESS_KEY", "secret")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_CREDENTIAL_EXPIRATION", raising=False)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have waited each time."""
    noted: list[float] = []
    monkeypatch.setattr("common.engines.json_client.time", SimpleNamespace(sleep=noted.append))
    return noted


@contextmanager
def client(
    *answers: Any, service: Service = "dynamodb", certificate: Path | None = None, **limits: Any
) -> Iterator[tuple[JsonClient, Sequence[Request]]]:
    """A client of a service that gives these answers, and what it asked."""
    with server(*answers, certificate=certificate) as (url, asked), pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"AWS_ENDPOINT_URL_{service.upper()}", url)
        client = JsonClient(service, Limits(**limits))
        try:
            yield client, asked
        finally:
            client.close()


def test_a_call_says_what_it_wants_of_whom_and_by_whose_right() -> None:
    with client(service="sqs") as (sqs, asked):
        assert sqs.send_message(QueueUrl="https://queue", MessageBody="ä") == {"took": 1}
    headers = {name.lower(): value for name, value in asked[0].headers.items()}
    assert headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-west-1/sqs/aws4_request" in headers["authorization"]
    assert (asked[0].method, asked[0].target) == ("POST", "/")
    assert orjson.loads(asked[0].body) == {"QueueUrl": "https://queue", "MessageBody": "ä"}


def test_bytes_go_and_come_as_bytes_wherever_they_stand() -> None:
    answer = {"Item": {"a": {"B": "aGk="}, "b": {"L": [{"M": {"c": {"B": ""}}}]}, "d": {"S": '"B":'}, "B": {"S": "x"}}}
    with client((200, orjson.dumps(answer))) as (dynamodb, asked):
        got = dynamodb.put_item(Item={"a": {"B": b"hi"}})
    assert orjson.loads(asked[0].body) == {"Item": {"a": {"B": "aGk="}}}
    assert got["Item"] == answer["Item"] | {"a": {"B": b"hi"}, "b": {"L": [{"M": {"c": {"B": b""}}}]}}


def test_a_kept_connection_that_was_closed_meanwhile_costs_no_pause(pauses: list[float]) -> None:
    with client(WELL, WELL, HANGS_UP) as (dynamodb, asked):
        assert [dynamodb.get_item() for _ in range(4)] == [{"took": 1}] * 4
    assert len({request.connection for request in asked}) == 2
    assert pauses == []


@pytest.mark.parametrize("trouble", [THROTTLED, LOST, HANGS_UP, GARBLED], ids=["slow", "lost", "hung up", "garbled"])
def test_trouble_is_tried_again_after_a_pause(trouble: Any, pauses: list[float]) -> None:
    with client(trouble, trouble) as (dynamodb, asked):
        assert dynamodb.get_item() == {"took": 1}
    assert len(asked) == 3
    assert len(pauses) == 2
    assert pauses[0] <= 1
    assert pauses[1] <= 2


@pytest.mark.parametrize(
    ("trouble", "told"), [(THROTTLED, ClientError), (LOST, ClientError), (HANGS_UP, BotoCoreError)]
)
def test_who_only_has_trouble_hears_of_it_in_the_end(trouble: Any, told: type[Exception], pauses: list[float]) -> None:
    with client(*[trouble] * 10, tries=4) as (dynamodb, asked), pytest.raises(told):
        dynamodb.get_item()
    assert (len(asked), len(pauses)) == (4, 3)


def test_a_refusal_is_told_at_once_as_boto3_tells_it(pauses: list[float]) -> None:
    with client(REFUSED) as (dynamodb, asked), pytest.raises(ClientError) as told:
        dynamodb.get_item()
    assert told.value.response["Error"] == {"Code": "ValidationException", "Message": "no such key"}
    assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert told.value.operation_name == "GetItem"
    assert (len(asked), pauses) == (1, [])


@pytest.mark.parametrize("answer", [b"", b"[1", b"[]", b'"text"'])
def test_a_refusal_in_no_words_is_one_all_the_same(answer: bytes) -> None:
    with client((403, answer)) as (dynamodb, _), pytest.raises(ClientError) as told:
        dynamodb.get_item()
    assert told.value.response["Error"]["Code"] == "403"


def test_who_does_not_answer_in_time_is_given_up() -> None:
    slow = client(SLEEPS, SLEEPS, read_seconds=0.1, tries=2)
    with slow as (dynamodb, asked), pytest.raises(BotoCoreError, match="timed out"):
        dynamodb.get_item()
    assert len(asked) == 2


def test_nobody_there_is_an_error_and_not_a_crash() -> None:
    with client() as (dynamodb, _):
        pass
    with pytest.raises(BotoCoreError):
        dynamodb.get_item()


def test_tls_is_spoken_with_whom_a_certificate_names_only(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with client(certificate=certificate) as (dynamodb, _):
        assert dynamodb.get_item() == {"took": 1}
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with client(certificate=certificate) as (dynamodb, _), pytest.raises(BotoCoreError, match="CERTIFICATE"):
        dynamodb.get_item()


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com"),
        ("cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_without_an_address_it_is_the_region_s(monkeypatch: pytest.MonkeyPatch, region: str, url: str) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_REGION", region)
    assert json_client._endpoint("dynamodb") == url


def test_an_address_of_no_known_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost:8000")
    with pytest.raises(Permanent, match="AWS_ENDPOINT_URL"):
        JsonClient("dynamodb", Limits()).get_item()
