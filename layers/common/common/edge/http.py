"""HTTP at the edge: who calls, and errors as RFC 9457 problems. The one place where an error becomes an answer."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from common.bus import ADMIN, AGENT, ROLES, Caller
from common.edge.middleware import LOGGED
from common.edge.observability import logger
from common.edge.validation import field_errors
from common.errors import AppError, FieldError, Forbidden, Invalid, Malformed, NotFound, Unsupported
from common.settings import Settings

CORRELATION_HEADER = "x-correlation-id"
PROBLEM_JSON = "application/problem+json"

CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
ORGANIZATION_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")


def dump_json(value: object) -> str:
    """JSON as every response writes it."""
    return orjson.dumps(value).decode()


def resolver(title: str) -> APIGatewayHttpResolver:
    """A resolver that validates by pydantic, describes itself by OpenAPI, and answers every error as a problem."""
    app = APIGatewayHttpResolver(enable_validation=True, serializer=dump_json, json_body_deserializer=orjson.loads)
    app.configure_openapi(title=title, version="1.0.0")

    @app.exception_handler(AppError)
    def _app_error(error: AppError) -> Response[str]:
        return _problem(app.current_event, error)

    @app.exception_handler(RequestValidationError)
    def _invalid(error: RequestValidationError) -> Response[str]:
        return _problem(app.current_event, _from_validation(error.errors()))

    @app.exception_handler(RequestUnsupportedContentType)
    def _unsupported(_: RequestUnsupportedContentType) -> Response[str]:
        return _problem(app.current_event, _not_json())

    @app.exception_handler(UnicodeDecodeError)
    def _no_text(_: UnicodeDecodeError) -> Response[str]:
        return _problem(app.current_event, _no_json())

    @app.exception_handler(NotFoundError)
    def _no_route(_: NotFoundError) -> Response[str]:
        event = app.current_event
        return _problem(event, NotFound(f"No such address: {event.http_method} {event.path}"))

    @app.exception_handler(Exception)
    def _unexpected(error: Exception) -> Response[str]:
        if app.current_event.headers.get("content-type", "").startswith("multipart/"):
            # Powertools raises a bare ValueError for one without its boundary.
            return _problem(app.current_event, _not_json())
        return _defect(app.current_event, error)

    return app


def answered(event: APIGatewayProxyEventV2, work: Callable[[], Response[str]]) -> dict[str, Any]:
    """What a resolver would make of a route's work: its response, or its error as a problem, in payload format 2.0."""
    try:
        response = work()
    except AppError as error:
        response = _problem(event, error)
    except Exception as error:  # noqa: BLE001  # as the resolver does
        response = _defect(event, error)
    headers = {**response.headers, "Content-Type": response.content_type}
    return {
        "statusCode": response.status_code,
        "body": response.body,
        "isBase64Encoded": False,
        "headers": headers,
        "cookies": [],
    }


def caller_of(event: APIGatewayProxyEventV2, settings: Settings) -> Caller:
    """The tenant, user and role of the JWT authorizer's claims. Raises Forbidden for a token without a tenant."""
    authorizer = event.request_context.authorizer
    claims: Mapping[str, Any] = (authorizer.jwt_claim if authorizer else None) or {}
    organization_id = claims.get(settings.organization_claim)
    if not isinstance(organization_id, str) or not ORGANIZATION_ID.fullmatch(organization_id):
        raise Forbidden(f"The token has no usable claim {settings.organization_claim!r}.")
    return Caller(
        organization_id=organization_id,
        user_id=str(claims.get("sub", "")),
        role=str(claims.get(settings.role_claim, "")),
        correlation_id=correlation_id_of(event),
    )


def admin_of(event: APIGatewayProxyEventV2, settings: Settings) -> Caller:
    """The caller, whose role must be admin. Raises Forbidden."""
    return _at_least(ADMIN, event, settings)


def agent_of(event: APIGatewayProxyEventV2, settings: Settings) -> Caller:
    """The caller, who must be more than a viewer. Raises Forbidden."""
    return _at_least(AGENT, event, settings)


def _at_least(role: str, event: APIGatewayProxyEventV2, settings: Settings) -> Caller:
    caller = caller_of(event, settings)
    enough = ROLES[ROLES.index(role) :]
    if caller.role not in enough:
        named = " or ".join(map(repr, enough))
        raise Forbidden(f"This address needs the role {named} in the token's claim {settings.role_claim!r}.")
    return caller


def correlation_id_of(event: APIGatewayProxyEventV2) -> str:
    """The caller's own trail id if it sent a usable one, else the request's id."""
    request = event.raw_event  # in which API Gateway has written all headers small
    sent: str = request.get("headers", {}).get(CORRELATION_HEADER, "")
    return sent if CORRELATION_ID.fullmatch(sent) else str(request["requestContext"]["requestId"])


def body_of(event: APIGatewayProxyEventV2) -> bytes:
    """The request's own bytes: a part that is no text is for that part's answer to say."""
    body = event.body or ""
    return b64decode(body) if event.is_base64_encoded else body.encode()


def answer(status: HTTPStatus, body: object, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A JSON response."""
    return json_answer(status, dump_json(body), headers)


def json_answer(status: HTTPStatus, encoded: str, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A response of what is JSON already."""
    return Response(status_code=int(status), content_type="application/json", body=encoded, headers=dict(headers or {}))


def _not_json() -> Unsupported:
    wrong = FieldError("content-type", "must be application/json")
    return Unsupported("The body's content type is not taken.", [wrong])


def _no_json() -> Malformed:
    return Malformed("The body is not JSON.", field_errors([{"loc": (), "msg": "must be valid JSON, in UTF-8"}]))


def _from_validation(errors: Sequence[Mapping[str, Any]]) -> AppError:
    """Pydantic's errors, their location being body|query|header|path and then the field."""
    if any(error["type"] == "json_invalid" for error in errors):
        return _no_json()
    return Invalid("Some fields are not usable.", field_errors(errors, skip=1))


def _defect(event: APIGatewayProxyEventV2, error: Exception) -> Response[str]:
    if LOGGED not in getattr(error, "__notes__", ()):
        logger.exception("unexpected error", exc_info=error)
    return _problem(event, AppError("Something went wrong on our side. Quote the correlationId when you ask us."))


def _problem(event: APIGatewayProxyEventV2, error: AppError) -> Response[str]:
    correlation_id = correlation_id_of(event)
    body: dict[str, object] = {
        "type": "about:blank",
        "title": error.status.phrase,
        "status": int(error.status),
        "detail": error.detail,
        "correlationId": correlation_id,
        **error.extensions,
    }
    if error.errors:
        body["errors"] = [each.as_dict() for each in error.errors]
    return Response(
        status_code=int(error.status),
        content_type=PROBLEM_JSON,
        body=dump_json(body),
        headers={"X-Correlation-Id": correlation_id, **error.headers},
    )
