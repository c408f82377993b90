"""RFC 9457 problems of the front's own, in the API's form."""

from http import HTTPStatus

from starlette.responses import JSONResponse, Response


def problem(status: HTTPStatus, detail: str) -> Response:
    """An RFC 9457 problem."""
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return JSONResponse(body, int(status), media_type="application/problem+json")
