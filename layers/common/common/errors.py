"""One tree of errors; `common.edge.http` is the one place that turns them into answers.

AppError
├── Rejected            the caller must change something (4xx)
│   ├── Malformed           400  not readable at all
│   ├── Forbidden           403  the token lacks a claim or a role
│   ├── NotFound            404
│   │   └── NotShownYet         the caller wrote it, and the index does not show it yet
│   ├── Conflict            409  the state does not allow it
│   │   ├── WrongMove           the payment's life does not allow the move
│   │   └── InFlight            the same idempotency key is being worked on
│   ├── PreconditionFailed  412  If-Match names another version
│   ├── TooLarge            413
│   ├── Unsupported         415  a content type that is not taken
│   ├── TooMany             429  more at once than one caller may have
│   └── Invalid             422  readable, but fields are wrong
│       └── NotUnderstood       a search text, at one of its columns
├── Retryable           the same call may pass later (503)
│   ├── VersionConflict     somebody else moved the aggregate first
│   └── EngineUnavailable   DynamoDB, SQS, OpenSearch or Redis did not answer
└── Permanent           a defect or broken data, no retry helps (500)
    └── Unreadable          a message that is not what its queue carries
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its dotted path and what to do about it."""

    field: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The wire form, an entry of a problem's `errors`."""
        return {"field": self.field, "message": self.message}


class AppError(Exception):
    """Root of the tree; `status` is the HTTP answer."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)

    @property
    def headers(self) -> dict[str, str]:
        """Extra response headers."""
        return {}

    @property
    def extensions(self) -> dict[str, object]:
        """Extra members of the problem document."""
        return {}


class Rejected(AppError):
    """The caller must change something."""

    status = HTTPStatus.BAD_REQUEST


class Malformed(Rejected):
    """Not readable at all."""


class Forbidden(Rejected):
    """The token lacks a claim or a role."""

    status = HTTPStatus.FORBIDDEN


class NotFound(Rejected):
    """Nothing there, or another tenant's."""

    status = HTTPStatus.NOT_FOUND


class NotShownYet(NotFound):
    """Not found, but the caller's Consistency-Token says that the index lacks a write: ask again."""

    @property
    def headers(self) -> dict[str, str]:
        """`Retry-After`, in seconds."""
        return {"Retry-After": "1"}

    @property
    def extensions(self) -> dict[str, object]:
        """`stale`, as in an answer."""
        return {"stale": True}


class Conflict(Rejected):
    """The state does not allow it."""

    status = HTTPStatus.CONFLICT


class WrongMove(Conflict):
    """The payment's life does not allow the move; the answer names the state and what it does allow."""

    def __init__(self, detail: str, state: str, allowed_moves: Sequence[str]) -> None:
        super().__init__(detail)
        self.state = state
        self.allowed_moves = list(allowed_moves)

    @property
    def extensions(self) -> dict[str, object]:
        """`state` and `allowedMoves`."""
        return {"state": self.state, "allowedMoves": self.allowed_moves}


class InFlight(Conflict):
    """The same idempotency key is being worked on; try again after `retry_after` seconds."""

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """`Retry-After`, in seconds."""
        return {"Retry-After": str(self.retry_after)}


class PreconditionFailed(Rejected):
    """If-Match names another version."""

    status = HTTPStatus.PRECONDITION_FAILED


class TooLarge(Rejected):
    """More than one call may carry."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Unsupported(Rejected):
    """A content type that is not taken."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class TooMany(Rejected):
    """More at once than one caller may have; there may be room again after `retry_after` seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, detail: str, retry_after: int = 10) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """`Retry-After`, in seconds."""
        return {"Retry-After": str(self.retry_after)}


class Invalid(Rejected):
    """Readable, but fields are wrong."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotUnderstood(Invalid):
    """A search text that the query language does not understand, and the column where it stops to."""

    def __init__(self, column: int, message: str, field: str = "q") -> None:
        super().__init__("The search text is not understood.", [FieldError(field, f"column {column}: {message}")])
        self.column = column

    @property
    def extensions(self) -> dict[str, object]:
        """`column`, counted from 1."""
        return {"column": self.column}


class Retryable(AppError):
    """The same call may pass later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    @property
    def headers(self) -> dict[str, str]:
        """`Retry-After`, in seconds."""
        return {"Retry-After": "1"}


class VersionConflict(Retryable):
    """Somebody else moved the aggregate first."""


class EngineUnavailable(Retryable):
    """DynamoDB, SQS, OpenSearch or Redis did not answer."""


class Permanent(AppError):
    """A defect or broken data; no retry helps."""


class Unreadable(Permanent):
    """A message that is not what its queue carries."""
