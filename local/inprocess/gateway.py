"""API Gateway's part: HTTP requests in, events of payload format 2.0 to the functions, HTTP answers out."""

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.engines import REGION
from local.inprocess.identity import Identity, Unauthorized
from local.inprocess.runtime import ACCOUNT, FunctionError, LambdaFunction, PayloadTooLarge
from local.template import Route

MAX_BODY_BYTES = 10 * 1024 * 1024
# What reaches a function as text; everything else comes in base64, as AWS was seen to do.
_TEXT = re.compile(r"text/|application/(json|xml|javascript)\s*(;|$)", re.IGNORECASE)
_API_ID = "local"
_STAGE = "$default"


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came in: the path still percent-encoded, headers and query in their order, repeats included."""

    method: str
    path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"


@dataclass(frozen=True)
class HttpAnswer:
    """A response; header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: Sequence[str] = ()

    @property
    def json(self) -> Any:  # noqa: ANN401  # any JSON
        """The body, decoded."""
        return json.loads(self.body)


class Gateway:
    """The HTTP API of the template."""

    def __init__(self, routes: Sequence[Route], functions: Mapping[str, LambdaFunction], identity: Identity) -> None:
        self._routes = sorted(((_pattern(route), route) for route in routes), key=lambda each: _generality(each[1]))
        self._functions = functions
        self._identity = identity

    def handle(self, request: HttpRequest) -> HttpAnswer:
        """Answer a request as API Gateway does: route, check the token, invoke, translate. Never raises."""
        path = unquote(request.path)
        found = self._match(request.method, path)
        if found is None:
            return _message(404, "Not Found")
        if len(request.body) > MAX_BODY_BYTES:
            return _message(413, "Request Entity Too Large")
        route, path_parameters = found
        headers = _joined(request.headers)
        try:
            claims = self._identity.verify(headers.get("authorization")) if route.authorizer else None
            event = _event(request, route, path, path_parameters, headers, claims)
            return _answer(self._functions[route.function].invoke(event))
        except Unauthorized:
            return _message(401, "Unauthorized", {"www-authenticate": "Bearer"})
        except PayloadTooLarge:
            return _message(413, "Request Entity Too Large")
        except FunctionError:
            return _message(500, "Internal Server Error")

    def _match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        for pattern, route in self._routes:
            if route.method in (method, "ANY") and (match := pattern.fullmatch(path)):
                names = re.findall(r"{(\w+)\+?}", route.path)
                return route, dict(zip(names, match.groups(), strict=True))
        return None


def _pattern(route: Route) -> re.Pattern[str]:
    """`/v1/payments/{paymentId}` as an expression; `{proxy+}` takes the rest of the path."""
    parts = re.split(r"({\w+\+?})", route.path)
    return re.compile("".join(_part(part) for part in parts))


def _part(part: str) -> str:
    if part.endswith("+}"):
        return "(.+)"
    return "([^/]+)" if part.startswith("{") else re.escape(part)


def _generality(route: Route) -> tuple[list[int], bool]:
    """Sort key: at each step of the path a fixed word before a variable, a variable before the greedy one."""
    steps = [2 if step.endswith("+}") else int(step.startswith("{")) for step in route.path.split("/")]
    return steps, route.method == "ANY"


def _joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """One value a name: repeats are joined by commas; names become lower case."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _event(
    request: HttpRequest,
    route: Route,
    path: str,
    path_parameters: dict[str, str],
    headers: dict[str, str],
    claims: Mapping[str, Any] | None,
) -> dict[str, Any]:
    cookies = [value for name, value in request.headers if name.lower() == "cookie"]
    host = headers.get("host", f"{_API_ID}.execute-api.{REGION}.amazonaws.com")
    now = time.time()
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        # The real HTTP API decodes the path, and leaves the query string as it came.
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": {name: value for name, value in headers.items() if name != "cookie"},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": _API_ID,
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route.key,
            "stage": _STAGE,
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for line in cookies for cookie in line.split(";")]
    if query := parse_qsl(request.query, keep_blank_values=True):
        event["queryStringParameters"] = _joined_exactly(query)
    if path_parameters:
        event["pathParameters"] = path_parameters
    if claims is not None:
        event["requestContext"]["authorizer"] = {
            "jwt": {"claims": {name: _claim(value) for name, value in claims.items()}, "scopes": None}
        }
    if request.body:
        event |= _body(request.body, headers.get("content-type", ""))
    return event


def _joined_exactly(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        joined.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in joined.items()}


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if _TEXT.match(content_type):
        return {"body": body.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _claim(value: object) -> str:
    """API Gateway passes every claim as text, a list in brackets."""
    if isinstance(value, list):
        return f"[{' '.join(map(_claim, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def _answer(result: object) -> HttpAnswer:
    """Translate a function's answer; one without `statusCode` is itself the body."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(result).encode())
    body = result.get("body") or ""
    headers = {name.lower(): str(value) for name, value in (result.get("headers") or {}).items()}
    try:
        content = base64.b64decode(body, validate=True) if result.get("isBase64Encoded") else body.encode()
        status = int(result["statusCode"])
    except (AttributeError, TypeError, ValueError, binascii.Error):
        return _message(500, "Internal Server Error")
    return HttpAnswer(
        status, {"content-type": "text/plain;charset=UTF-8", **headers}, content, result.get("cookies") or ()
    )


def _message(status: int, text: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    body = json.dumps({"message": text}).encode()
    return HttpAnswer(status, {"content-type": "application/json", **(headers or {})}, body)
