"""What callers keep under an id and change by its version: the rules of a change, and its HTTP."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Protocol, TypeVar

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from common.edge.http import answer, correlation_id_of
from common.errors import FieldError, PreconditionFailed, VersionConflict

IfMatch = Annotated[
    str | None, Header(alias="If-Match", pattern=r'^"?[1-9][0-9]{0,17}"?$', description="The version decided upon")
]

_TRIES = 3


class Versioned(Protocol):
    """Has a version, which each change counts up."""

    @property
    def version(self) -> int:
        """From 1."""


Kept = TypeVar("Kept", bound=Versioned)


def version_of(if_match: str | None) -> int | None:
    """The version that a change was decided upon, if it says so."""
    return int(if_match.strip('"')) if if_match else None


def changed(what: str, read: Callable[[], Kept], version: int | None, change: Callable[[Kept], Kept]) -> Kept:
    """Read it and change it, again when others were faster. Raises PreconditionFailed for another version than that."""
    for _ in range(_TRIES):
        before = read()
        if version is not None and version != before.version:
            wrong = FieldError("If-Match", f"the {what} has the version {before.version} by now")
            raise PreconditionFailed(f"The {what} was changed.", [wrong])
        try:
            return change(before)
        except VersionConflict:
            continue
    raise VersionConflict(f"The {what} is being changed by others.")


def respond(
    event: APIGatewayProxyEventV2, status: HTTPStatus, body: dict[str, Any], headers: dict[str, str] | None = None
) -> Response[str]:
    """The answer, with the version of what has one as `ETag`."""
    version = {"ETag": f'"{body["version"]}"'} if "version" in body else {}
    trail = {"X-Correlation-Id": correlation_id_of(event)}
    return answer(status, body, {**trail, **version, **(headers or {})})
