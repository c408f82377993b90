"""One tree of errors.

PaymentsError
├── NoAnswer                none came, after all retries; of a command, `idempotency_key` says how to repeat it
├── UnexpectedAnswer        an answer that is not the API's: a proxy's, or another service's
└── ApiError                the API's problem (RFC 9457)
    ├── Rejected                the caller must change something (4xx)
    │   ├── NotAllowed              401, 403
    │   ├── NotFound                404
    │   ├── Conflict                409, 412: the payment's state or version does not allow it
    │   └── Invalid                 400, 413, 415, 422: `errors` names the fields, `column` the place in a query
    └── Unavailable             429, 5xx: the same call may pass later
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its dotted path, parameter or header, and what to do about it."""

    field: str
    message: str


class Problem(BaseModel):
    """What the API says of a call that it did not do. Members of one kind of problem only are in `model_extra`."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel, populate_by_name=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    correlation_id: str | None = None
    errors: tuple[FieldError, ...] = ()
    column: int | None = None


class PaymentsError(Exception):
    """Root of the tree."""

    idempotency_key: str | None = None
    """Of the command that failed, so that it can be repeated as the same one."""


class NoAnswer(PaymentsError):
    """No answer came. Whether a command was done is not known: repeat it with its idempotency key."""


class UnexpectedAnswer(PaymentsError):
    """What came is not an answer of the API."""


class ApiError(PaymentsError):
    """The API did not do it, and says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.status = problem.status
        self.title = problem.title
        self.detail = problem.detail
        self.errors = problem.errors
        self.correlation_id = problem.correlation_id
        self.column = problem.column

    @property
    def extensions(self) -> Mapping[str, JsonValue]:
        """What this problem says beyond the common members."""
        return self.problem.model_extra or {}

    def __str__(self) -> str:
        fields = "; ".join(f"{each.field}: {each.message}" for each in self.errors)
        trail = f" (correlation id {self.correlation_id})" if self.correlation_id else ""
        return f"{self.status} {self.detail}{f' {fields}' if fields else ''}{trail}"


class Rejected(ApiError):
    """The caller must change something."""


class NotAllowed(Rejected):
    """No token, one that is not good (any more), or one without the role."""


class NotFound(Rejected):
    """Nothing there, or another organization's."""


class Conflict(Rejected):
    """The payment's state or version does not allow it."""

    @property
    def state(self) -> str | None:
        """Where the payment stands, when that is what forbids the move."""
        state = self.extensions.get("state")
        return state if isinstance(state, str) else None

    @property
    def allowed_moves(self) -> tuple[str, ...]:
        """What the state does allow."""
        moves = self.extensions.get("allowedMoves")
        return tuple(map(str, moves)) if isinstance(moves, list) else ()


class Invalid(Rejected):
    """Not readable, or fields are wrong."""


class Unavailable(ApiError):
    """The same call may pass later."""


_KINDS: Mapping[int, type[ApiError]] = {
    HTTPStatus.UNAUTHORIZED: NotAllowed,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.PRECONDITION_FAILED: Conflict,
    HTTPStatus.BAD_REQUEST: Invalid,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Invalid,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Invalid,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
    HTTPStatus.TOO_MANY_REQUESTS: Unavailable,
}


def error_of(response: httpx.Response) -> PaymentsError:
    """What an answer that is no success means."""
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        problem = _of_the_gateway(response)
    if not response.is_error:
        return UnexpectedAnswer(problem.detail)
    return _KINDS.get(response.status_code, Unavailable if response.is_server_error else Rejected)(problem)


class _GatewayMessage(BaseModel):
    message: str


def _of_the_gateway(response: httpx.Response) -> Problem:
    """API Gateway itself answers `{"message": ...}`; whatever else stands before the API may answer anything."""
    try:
        message = _GatewayMessage.model_validate_json(response.content).message
    except ValidationError:
        message = f"{response.request.url} answered {response.status_code} {response.reason_phrase}"
    return Problem(title=response.reason_phrase, status=response.status_code, detail=message)
