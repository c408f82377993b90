"""The front passes on what comes, and answers for a dead API; the console beside it has tests of its own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.console import Console
from local.front import HttpBackend, InProcessBackend, front
from local.inprocess.gateway import Gateway
from local.inprocess.identity import Identity
from local.inprocess.runtime import LambdaFunction
from local.processes import free_port
from local.template import Function, Route
from tests.serving import served

CONSOLE = Console(lambda *_: "")


class Echo(BaseHTTPRequestHandler):
    """An API that answers what it was asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body.decode()}
        content = json.dumps(asked).encode()
        self.send_response(207)
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", '"7"')
        self.send_header("Keep-Alive", "timeout=5")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/stage"
        server.shutdown()
        thread.join()


def test_a_request_arrives_as_it_was_sent(echo: str) -> None:
    # When a request with an encoded path, a query and headers of its connection goes through the front
    with served(front(HttpBackend(echo), CONSOLE)) as client:
        answer = client.post(
            "/v1/payments/a%2Fb?q=white%20heart&status=a&status=b",
            content="a body",
            headers={"Authorization": "Bearer t", "Connection": "close, X-Secret", "X-Secret": "s", "TE": "trailers"},
        )

    # Then path, query, body and the caller's headers arrive, and the connection's own do not
    asked = answer.json()
    assert asked["path"] == "/stage/v1/payments/a%2Fb?q=white%20heart&status=a&status=b"
    assert asked["body"] == "a body"
    assert asked["headers"]["authorization"] == "Bearer t"
    assert not asked["headers"].keys() & {"x-secret", "te"}
    # And the answer comes back the same way
    assert (answer.status_code, answer.headers["etag"]) == (207, '"7"')
    assert "keep-alive" not in answer.headers


def test_a_dead_api_is_a_bad_gateway_in_words() -> None:
    with served(front(HttpBackend(f"http://127.0.0.1:{free_port()}"), CONSOLE)) as client:
        answer = client.get("/v1/payments")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "application/problem+json")
    assert answer.json()["status"] == 502
    assert "cannot be reached" in answer.json()["detail"]


def test_another_address_is_a_problem_that_names_it() -> None:
    with served(front(HttpBackend("http://127.0.0.1:1"), CONSOLE)) as client:
        answer = client.post("/v2/payments")
    assert answer.status_code == 405
    assert answer.json()["detail"] == "No such address: POST /v2/payments"


def test_functions_in_this_process_answer_behind_the_same_front() -> None:
    # Given a function in this process, behind a route that asks for a token
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
        body = f"{claims['custom:organizationId']} {event['rawQueryString']} {event['body']}"
        return {"statusCode": 201, "headers": {"ETag": '"1"'}, "cookies": ["a=1", "b=2"], "body": body}

    identity = Identity()
    function = LambdaFunction(Function("F", "no.module", timeout=3, memory=128), handler)
    gateway = Gateway([Route("POST", "/v1/payments", "F", "Jwt")], {"F": function}, identity)

    # When it is called with and without one
    with served(front(InProcessBackend(gateway), CONSOLE)) as client:
        headers = {"Authorization": f"Bearer {identity.issue('org-456')}", "Content-Type": "application/json"}
        answer = client.post("/v1/payments?x=1", content="{}", headers=headers)
        refused = client.post("/v1/payments")

    # Then the gateway's and the function's answers come through whole
    assert (answer.status_code, answer.text, answer.headers["etag"]) == (201, "org-456 x=1 {}", '"1"')
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert refused.status_code == 401
