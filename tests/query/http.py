"""API Gateway's HTTP API as a caller of the query function: payload 2.0 in, an answer out."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from query_app.payments_handler import lambda_handler


class LambdaContext:
    function_name = "payments-query"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:payments-query"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 15_000


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def wrong_fields(self) -> list[str]:
        return [error["field"] for error in self.body.get("errors", [])]


def event(
    path: str, query: str = "", headers: dict[str, str] | None = None, org: str | None = "org-456"
) -> dict[str, Any]:
    """As AWS documents it: repeated parameters joined by commas, path and raw query as they came."""
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"}
    context: dict[str, Any] = {
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": "api-id.execute-api.eu-west-1.amazonaws.com",
        "domainPrefix": "api-id",
        "http": http,
        "requestId": "JKJaXmPLvHcESHA=",
        "routeKey": "GET /v1/payments",
        "stage": "$default",
        "time": "31/Jan/2011:12:00:00 +0000",
        "timeEpoch": 1296475200000,
    }
    if org is not None:
        claims = {"sub": "u-1", "custom:organizationId": org, "custom:role": "agent"}
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    sent: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "GET /v1/payments",
        "rawPath": unquote(path),
        "rawQueryString": query,
        "headers": {"accept": "*/*", "host": "api-id.execute-api.eu-west-1.amazonaws.com", **(headers or {})},
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if joined:
        sent["queryStringParameters"] = joined
    return sent


def get(path: str, query: str = "", headers: dict[str, str] | None = None, org: str | None = "org-456") -> HttpAnswer:
    answer = lambda_handler(event(path, query, headers, org), LambdaContext())
    return HttpAnswer(answer["statusCode"], answer["headers"], orjson.loads(answer["body"]))
