"""The functions' own connections to OpenSearch: kept, asked once more where they were closed, trusted and signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import botocore.auth
import orjson
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from msgspec import Struct
from msgspec.json import Decoder

from common.engines.search import NoAnswer, OpenSearch, Refused, connect
from common.settings import Settings
from tests.answering import HANGS_UP, SLEEPS, WELL, server


class Errors(Struct):
    """What is wanted of an answer."""

    errors: bool


@contextmanager
def opened(url: str, timeout_seconds: float = 0.2) -> Iterator[OpenSearch]:
    with connect(Settings(opensearch_url=url), timeout_seconds) as client:
        yield client


def test_requests_go_out_on_one_kept_connection() -> None:
    with server() as (url, asked), opened(url) as client:
        assert [client.request("POST", "payments-*,logs", "_search", body={}) for _ in range(3)] == [{"took": 1}] * 3
    assert len({request.connection for request in asked}) == 1
    assert {(request.target, request.body) for request in asked} == {("/payments-*,logs/_search", b"{}")}


def test_an_id_is_one_part_of_the_address_whatever_is_in_it() -> None:
    with server() as (url, asked), opened(url) as client:
        client.request("GET", "payments", "_doc", "org/1:a?b#c", params={"routing": "a b&c"})
    assert asked[0].target == "/payments/_doc/org%2F1%3Aa%3Fb%23c?routing=a+b%26c"


def test_a_kept_connection_that_was_closed_meanwhile_costs_no_answer() -> None:
    # Given a kept connection that the server hangs up on when it is used again
    with server(WELL, HANGS_UP, WELL) as (url, asked), opened(url) as client:
        client.request("GET", "first")
        # When it is used, then the answer comes on another one
        assert client.request("GET", "second") == {"took": 1}
    assert [request.target for request in asked] == ["/first", "/second", "/second"]
    assert asked[1].connection != asked[2].connection


def test_a_new_connection_that_gives_no_answer_is_not_tried_again() -> None:
    with server(HANGS_UP) as (url, asked), opened(url) as client, pytest.raises(NoAnswer, match="RemoteDisconnected"):
        client.request("GET", "first")
    assert len(asked) == 1


def test_who_is_too_slow_is_not_asked_again_and_the_next_request_gets_its_own_answer() -> None:
    # Given a server that is slow on a kept connection
    with server(WELL, SLEEPS, (200, b'{"late": false}')) as (url, asked), opened(url) as client:
        client.request("GET", "first")
        # When it does not answer in time
        with pytest.raises(NoAnswer, match="TimeoutError"):
            client.request("GET", "second")
        # Then it was asked once, and what it may still say is nobody's answer
        assert client.request("GET", "third") == {"late": False}
    assert [request.target for request in asked] == ["/first", "/second", "/third"]


def test_a_request_may_have_less_time_than_the_others() -> None:
    with server(SLEEPS) as (url, _), opened(url, 20) as client, pytest.raises(NoAnswer, match="TimeoutError"):
        client.request("GET", "first", seconds=0.1)


def test_nobody_there_is_no_answer() -> None:
    with opened("http://127.0.0.1:9") as client, pytest.raises(NoAnswer, match="ConnectionRefusedError"):
        client.request("GET", "first")


def test_a_refusal_says_what_was_told() -> None:
    told = {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}
    answers = [(404, orjson.dumps(told))] * 2 + [(502, b"<html>Bad gateway</html>"), (200, b"<html>")]
    with server(*answers) as (url, _), opened(url) as client:
        with pytest.raises(Refused, match="404 index_not_found_exception") as refused:
            client.request("GET", "first")
        assert "no such index" in refused.value.told
        assert client.request("GET", "first", allowed=(404,)) == told
        with pytest.raises(Refused, match="502"):
            client.request("GET", "first")
        with pytest.raises(NoAnswer, match="unreadable"):
            client.request("GET", "first")


def test_of_an_answer_only_what_is_wanted_is_decoded_and_what_is_not_there_is_no_answer() -> None:
    with server((200, b'{"errors":false}'), (200, b'{"took":1}'), (503, b"{}")) as (url, _), opened(url) as client:
        assert client.request("GET", "first", decode=Decoder(Errors).decode) == Errors(errors=False)
        with pytest.raises(NoAnswer, match="unreadable"):
            client.request("GET", "second", decode=Decoder(Errors).decode)
        with pytest.raises(Refused, match="503"):
            client.request("GET", "third", decode=Decoder(Errors).decode)


def test_tls_is_spoken_with_whom_the_system_trusts(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with server(WELL, HANGS_UP, certificate=certificate) as (url, asked), opened(url) as client:
        assert [client.request("GET", "first") for _ in range(2)] == [{"took": 1}] * 2
    assert len({request.connection for request in asked}) == 2


@pytest.mark.parametrize(("host", "trusted"), [("127.0.0.1", True), ("localhost", False)])
def test_nobody_is_asked_whose_name_is_not_certified(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, *, trusted: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate) if trusted else "/nowhere")
    with (
        server(certificate=certificate) as (url, asked),
        opened(url.replace("localhost", host)) as client,
        pytest.raises(NoAnswer, match="SSLCertVerificationError"),
    ):
        client.request("GET", "first")
    assert not asked


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", ["payments-*", "_search"], {"body": {"size": 1}, "params": {"routing": "org 456/é", "q": ""}}),
        ("POST", ["_bulk"], {"body": b'{"index":{}}\n{}\n', "params": {"filter_path": "errors,items.*.status"}}),
        ("GET", ["logs-2026.01,metrics", "_doc", "a b/c:d"], {}),
    ],
)
def test_what_arrives_is_signed_as_botocore_signs_it(
    monkeypatch: pytest.MonkeyPatch, method: str, path: list[str], sent: dict[str, Any]
) -> None:
    # Given a function with its environment on AWS
    for name, value in {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "secret", "SESSION_TOKEN": "token"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    # When it asks
    with server() as (url, asked):
        settings = Settings(opensearch_url=url, opensearch_service="es")
        with connect(settings, timeout_seconds=1) as client:
            client.request(method, *path, **sent)
    # Then what came over the wire has the signature that botocore gives it
    [request] = asked
    headers = {name.lower(): value for name, value in request.headers.items()}
    authorization = headers["authorization"]
    named = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    at = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")  # noqa: DTZ007  # as botocore has it
    again = AWSRequest(
        request.method,
        f"http://{headers['host']}{request.target.replace('+', '%20')}",
        headers={name: headers[name] for name in named if name not in ("x-amz-date", "x-amz-security-token")},
        data=request.body,
    )
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: at)
    SigV4Auth(ReadOnlyCredentials("id", "secret", "token"), "es", "eu-west-1").add_auth(again)
    assert again.headers["Authorization"] == authorization
    assert {"host", "x-amz-content-sha256", "x-amz-security-token"} <= set(named)
