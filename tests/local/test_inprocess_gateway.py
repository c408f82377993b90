"""The HTTP API in one process: requests become the events that API Gateway sends, answers become HTTP again."""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from local.inprocess.gateway import MAX_BODY_BYTES, Gateway, HttpAnswer, HttpRequest
from local.inprocess.identity import Identity
from local.inprocess.runtime import Context, Handler, LambdaFunction
from local.template import Function, Route, Template, load

Event = Mapping[str, Any]
Send = Callable[..., HttpAnswer]
FUNCTION = Function("F", "no.handler", timeout=3, memory=128)
ROUTES = [
    Route("GET", "/v1/payments/{paymentId}", "F", None),
    Route("GET", "/v1/payments/statistics", "F", None),
    Route("GET", "/v1/payments", "F", None),
    Route("POST", "/v1/payments", "F", None),
    Route("ANY", "/v1/{proxy+}", "F", None),
]


@pytest.fixture
def send(identity: Identity) -> Send:
    """Send a request to a gateway whose only function is the given handler."""

    def send_to(
        handler: Handler,
        method: str,
        path: str,
        query: str = "",
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> HttpAnswer:
        gateway = Gateway(ROUTES, {"F": LambdaFunction(FUNCTION, handler)}, identity)
        return gateway.handle(HttpRequest(method, path, query, headers, body))

    return send_to


def the_event(event: Event, _: object) -> object:
    return {"statusCode": 200, "body": json.dumps(event)}


def test_a_request_becomes_an_event_of_format_2(send: Send) -> None:
    # Given a request with all there may be
    headers = [("Host", "api.example"), ("X-Tag", "a"), ("x-tag", "b"), ("Cookie", "s=1; t=2"), ("User-Agent", "curl")]
    headers.append(("Content-Type", "application/json; charset=utf-8"))
    # When it goes through the gateway
    event = send(the_event, "GET", "/v1/payments/p%C3%A9-1", "a=1&b=x%20y&a=2&c=", headers, '{"é": 1}'.encode()).json
    # Then the event has AWS's shape
    request_id, time, epoch = (event["requestContext"].pop(name) for name in ("requestId", "time", "timeEpoch"))
    assert event == {
        "version": "2.0",
        "routeKey": "GET /v1/payments/{paymentId}",
        "rawPath": "/v1/payments/pé-1",
        "rawQueryString": "a=1&b=x%20y&a=2&c=",
        "cookies": ["s=1", "t=2"],
        "headers": {
            "host": "api.example",
            "x-tag": "a,b",
            "user-agent": "curl",
            "content-type": "application/json; charset=utf-8",
        },
        "queryStringParameters": {"a": "1,2", "b": "x y", "c": ""},
        "pathParameters": {"paymentId": "pé-1"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "api.example",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": "/v1/payments/pé-1",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "curl",
            },
            "routeKey": "GET /v1/payments/{paymentId}",
            "stage": "$default",
        },
        "body": '{"é": 1}',
        "isBase64Encoded": False,
    }
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", time)
    assert isinstance(epoch, int)
    assert len(request_id) == 36


def test_what_a_request_lacks_is_left_out(send: Send) -> None:
    event = send(the_event, "GET", "/v1/payments").json
    assert not event.keys() & {"cookies", "queryStringParameters", "pathParameters", "body"}
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize(
    ("content_type", "as_text"),
    [
        ("application/json", True),
        ("text/plain; charset=utf-8", True),
        ("application/xml", True),
        ("application/x-ndjson", False),
        ("application/x-www-form-urlencoded", False),
        ("application/octet-stream", False),
        (None, False),
    ],
)
def test_only_text_types_reach_the_function_as_text(send: Send, content_type: str | None, as_text: bool) -> None:  # noqa: FBT001
    headers = [("content-type", content_type)] if content_type else []
    event = APIGatewayProxyEventV2(send(the_event, "POST", "/v1/payments", headers=headers, body=b"{}\n{}").json)
    assert event.is_base64_encoded is not as_text
    assert event.decoded_body == "{}\n{}"


@pytest.mark.parametrize(
    ("method", "path", "route_key", "parameters"),
    [
        ("GET", "/v1/payments/p-1", "GET /v1/payments/{paymentId}", {"paymentId": "p-1"}),
        ("GET", "/v1/payments/statistics", "GET /v1/payments/statistics", None),
        ("POST", "/v1/payments", "POST /v1/payments", None),
        ("DELETE", "/v1/payments", "ANY /v1/{proxy+}", {"proxy": "payments"}),
        ("GET", "/v1/payments/p-1/history", "ANY /v1/{proxy+}", {"proxy": "payments/p-1/history"}),
    ],
)
def test_the_most_specific_route_is_taken(
    send: Send, method: str, path: str, route_key: str, parameters: dict[str, str] | None
) -> None:
    event = send(the_event, method, path).json
    assert (event["routeKey"], event.get("pathParameters")) == (route_key, parameters)


@pytest.mark.parametrize("path", ["/", "/v2/payments", "/v1/", "/v1"])
def test_an_unknown_address_is_404(send: Send, path: str) -> None:
    answer = send(the_event, "GET", path)
    assert (answer.status, answer.json) == (404, {"message": "Not Found"})


def test_the_function_gets_the_context_of_lambda(send: Send) -> None:
    def what_it_sees(_: Event, context: Context) -> object:
        remaining = context.get_remaining_time_in_millis()
        return [
            context.function_name,
            context.memory_limit_in_mb,
            context.invoked_function_arn,
            2000 < remaining <= 3000,
        ]

    arn = "arn:aws:lambda:eu-west-1:000000000000:function:F"
    assert send(what_it_sees, "GET", "/v1/payments").json == ["F", 128, arn, True]


def test_an_answer_keeps_its_status_headers_cookies_and_bytes(send: Send) -> None:
    def picture(_: Event, __: object) -> object:
        return {
            "statusCode": 201,
            "headers": {"Content-Type": "image/png", "ETag": '"1"'},
            "cookies": ["a=1"],
            "body": base64.b64encode(b"\x89PNG").decode(),
            "isBase64Encoded": True,
        }

    answer = send(picture, "GET", "/v1/payments")
    assert answer == HttpAnswer(201, {"content-type": "image/png", "etag": '"1"'}, b"\x89PNG", ["a=1"])


def test_an_answer_without_a_status_is_the_body_itself(send: Send) -> None:
    answer = send(lambda *_: {"hello": "world"}, "GET", "/v1/payments")
    assert (answer.status, answer.headers["content-type"], answer.json) == (200, "application/json", {"hello": "world"})


def raises(*_: object) -> object:
    raise RuntimeError("a defect")


@pytest.mark.parametrize(
    "handler",
    [
        raises,
        lambda *_: {"statusCode": 200, "body": {1, 2}},
        lambda *_: {"statusCode": 200, "body": {"an": "object"}},
        lambda *_: {"statusCode": "fine"},
        lambda *_: {"statusCode": 200, "body": "no base64", "isBase64Encoded": True},
        lambda *_: {"statusCode": 200, "body": "x" * (6 * 1024 * 1024)},
    ],
    ids=["raises", "answers no JSON", "body is no text", "status is no number", "bad base64", "more than 6 MB"],
)
def test_a_broken_function_is_500_without_details(send: Send, handler: Handler) -> None:
    answer = send(handler, "GET", "/v1/payments")
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 6 * 1024 * 1024], ids=["the gateway", "the function"])
def test_a_body_too_large_is_413(send: Send, size: int) -> None:
    answer = send(the_event, "POST", "/v1/payments", body=b"x" * size)
    assert (answer.status, answer.json) == (413, {"message": "Request Entity Too Large"})


def test_every_route_of_the_template_leads_to_a_function_of_it() -> None:
    template = Template(load(), {})
    routes, functions = template.routes(), template.functions()
    assert {route.function for route in routes} <= functions.keys()
    assert {route.path for route in routes if route.authorizer is None} == {"/v1/health", "/openapi.json"}
    assert {route.authorizer for route in routes} == {None, "Jwt"}
