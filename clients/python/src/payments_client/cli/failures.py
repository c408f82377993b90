"""What a failure says on stderr, and the exit code of its kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO, Any

import click

from payments_client.cli.text import cells, shown
from payments_client.errors import ApiError, Invalid, NotAllowed, NotFound, PaymentsError, Rejected

REFUSED, USAGE, MISSING, NOT_ALLOWED, NO_ANSWER, INTERRUPTED = 1, 2, 3, 4, 5, 130


class NoToken(click.ClickException):
    """There is none, or not for this organization."""

    exit_code = NOT_ALLOWED


class Failure(click.ClickException):
    """The API did not do it."""

    def __init__(self, error: PaymentsError, query: str | None) -> None:
        super().__init__(_sentence(error))
        self.code = _code(error)
        self._error = error
        self._query = query

    def show(self, file: IO[Any] | None = None) -> None:
        """One line; a caret under the wrong column of a query; how to repeat a command that may have been done."""
        say(self.message)
        error, query = self._error, self._query
        if isinstance(error, ApiError) and error.column is not None and query is not None:
            before = cells(shown(query[: error.column - 1]))
            click.echo(f"  {shown(query)}\n  {' ' * before}^", file, err=True)
        if error.idempotency_key and not isinstance(error, Rejected):
            click.echo(
                f"repeat it with --idempotency-key {error.idempotency_key}: it may have been done", file, err=True
            )


@contextmanager
def failures(query: str | None = None) -> Iterator[None]:
    """Turn the API's errors into the command line's."""
    try:
        yield
    except PaymentsError as error:
        raise Failure(error, query) from error


def say(message: str) -> None:
    """An error, in one line."""
    click.echo(f"error: {shown(message)}", err=True)


def _sentence(error: PaymentsError) -> str:
    if not isinstance(error, ApiError):
        return str(error)
    if error.errors:
        return "; ".join(f"{each.field}: {each.message}" for each in error.errors)
    # A caller's own mistake needs no trail; for anything else operators will ask for it.
    ours = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return f"{error.detail} (correlation id {error.correlation_id})" if ours and error.correlation_id else error.detail


def _code(error: PaymentsError) -> int:
    match error:
        case NotAllowed():
            return NOT_ALLOWED
        case NotFound():
            return MISSING
        case Invalid():
            return USAGE
        case Rejected():
            return REFUSED
        case _:
            return NO_ANSWER
