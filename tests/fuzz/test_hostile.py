"""What is sent to hurt: bombs, towers, whole floods in one request, and lines that end where a header should not."""

import gzip
import tracemalloc

import orjson
import pytest

from local.inprocess.gateway import HttpAnswer
from local.inprocess.system import System
from tests.fuzz.test_odd_bytes import WITH_BODY, ask, is_as_described, with_ids

MB = 1024 * 1024
_ONCE = gzip.compress(b"[" + b" " * 256 * MB)
BOMBS = {"once": _ONCE, "twice": gzip.compress(_ONCE), "in parts": gzip.compress(b"[]") * 50_000}
"""Small as they come, and a quarter of a gigabyte, or nothing, once decompressed."""
NESTED = [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":[' * 50_000 + b"]}" * 50_000]


@pytest.mark.parametrize("path", ["/v1/logs", "/v1/metrics"])
@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_before_it_bursts(fuzzed: System, path: str, body: bytes) -> None:
    # Given a bomb
    tracemalloc.start()
    try:
        # When it is sent
        answer = ask(fuzzed, "post", path, "", {"content-type": "application/gzip", "content-encoding": "gzip"}, body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Then nothing of it is taken, and it never was in memory
    is_as_described(answer, "post", path)
    assert answer.status in (400, 413) or answer.json["accepted"] == 0
    assert peak < 32 * MB


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize("body", NESTED, ids=range(len(NESTED)))
def test_a_tower_falls_on_nobody(fuzzed: System, method: str, path: str, body: bytes) -> None:
    for kind in ("application/json", "application/x-ndjson"):
        is_as_described(ask(fuzzed, method, with_ids(method, path), "", {"content-type": kind}, body), method, path)


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/v1/payments/import", "application/x-ndjson", b"{}\n" * 1_001, {413, 422}),
        ("/v1/payments/import", "application/x-ndjson", b"x" * (7 * MB), {413}),
        ("/v1/logs", "application/json", b"[" + b"{}," * 1_000 + b"{}]", {413}),
        ("/v1/logs", "application/x-ndjson", b"{}\n" * 100_000, {413}),
        ("/v1/logs", "application/json", b" " * (2 * MB), {413}),
        ("/v1/metrics", "application/json", b"[" + b"{}," * 1_000 + b"{}]", {413}),
        ("/v1/metrics", "application/json", b"[" + b"1," * (MB // 2 - 2) + b"1]", {413}),
        ("/v1/payments", "application/json", b"[" + b"1," * (5 * MB) + b"1]", {413}),
        ("/v1/payments", "application/json", b"1" * (11 * MB), {413}),
    ],
)  # fmt: skip
def test_a_flood_in_one_request_is_refused_as_a_whole(
    fuzzed: System, path: str, kind: str, body: bytes, status: set[int]
) -> None:
    answer = ask(fuzzed, "post", path, "", {"content-type": kind}, body)
    assert answer.status in status, (answer.status, answer.body[:200])


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\u0085"])
@pytest.mark.parametrize(
    "name", ["x-correlation-id", "consistency-token", "idempotency-key", "if-match", "content-type", "accept", "host"]
)
def test_no_header_of_a_request_begins_one_of_the_answer(fuzzed: System, name: str, end: str) -> None:
    # Given a header with a line's end in it, as a gateway might let it through
    evil = f"abc{end}Set-Cookie: stolen=1{end}{end}<script>"
    for method, path in (("get", "/v1/payments"), ("post", "/v1/payments"), ("get", "/v1/payments/requested")):
        # When it comes with a request
        body = orjson.dumps({"amount": "1.00", "currency": "EUR", "description": "x"}) if method == "post" else b""
        answer = ask(fuzzed, method, path, "", {"content-type": "application/json", name: evil}, body)
        # Then no header of the answer has a line's end or a cookie
        assert answer.status < 500
        _is_clean(answer)


def test_no_parameter_or_path_begins_a_header_of_the_answer(fuzzed: System) -> None:
    evil = "abc%0d%0aSet-Cookie:%20stolen=1"
    for path, query in (("/v1/payments", f"q={evil}"), (f"/v1/payments/{evil}", ""), (f"/v1/trace/{evil}", "")):
        answer = ask(fuzzed, "get", path, query)
        assert answer.status < 500
        _is_clean(answer)


def test_an_address_as_long_as_a_gateway_lets_through_is_answered(fuzzed: System) -> None:
    for query in ("q=" + "a" * 8_000, "&".join(f"status={'x' * 20}" for _ in range(400)), "&" * 8_000, "=" * 8_000):
        assert ask(fuzzed, "get", "/v1/payments", query).status in (200, 400, 422)


def _is_clean(answer: HttpAnswer) -> None:
    assert not answer.cookies
    assert "set-cookie" not in answer.headers
    for name, value in answer.headers.items():
        assert not set("\r\n\0\u0085") & set(f"{name}{value}"), (name, value)
