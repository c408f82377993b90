"""One connection to the API: who calls, what is retried, what was written last, and what an answer means."""

from collections.abc import Callable, Generator, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from httpx_retries import Retry, retry_request
from pydantic import BaseModel, ValidationError

from payments_client.errors import NoAnswer, PaymentsError, UnexpectedAnswer, error_of

Token = str | Callable[[], str]
"""A JWT, or what fetches one: asked first when one is needed, and again when the API refuses the last one."""

TIMEOUT_SECONDS = 30.0
"""Longer than the longest function may take."""

_CONSISTENCY = "Consistency-Token"
_KEY = "Idempotency-Key"
_HEADERS = {"User-Agent": "payments-cqrs-client"}
_M = TypeVar("_M", bound=BaseModel)


class _AskedToWait(Exception):
    """An answer that says when to ask again: the key is in use by an earlier try, or the index lacks a write."""


def _heed_retry_after(response: httpx.Response) -> None:
    if response.is_client_error and "Retry-After" in response.headers:
        raise _AskedToWait


RETRY = Retry(
    total=5,
    # Safe for all methods: what is not idempotent by itself carries an idempotency key.
    allowed_methods=("GET", "POST", "PUT", "DELETE"),
    retry_on_exceptions=(*Retry.RETRYABLE_EXCEPTIONS, _AskedToWait),
    validate_response=_heed_retry_after,
    backoff_factor=0.25,
    max_backoff_wait=30.0,
    total_timeout=60.0,
)
"""429, 502, 503, 504, lost connections, and whatever answers `Retry-After`; back-off doubles, with full jitter."""
_PATIENCE_SECONDS = 10.0
"""With 429: what a caller may have at once is soon free again, or not."""


def _only_if_not_done(retry: Retry) -> Retry:
    """What is retried of a call that does something anew each time it is sent."""
    return retry.copy_with(
        status_forcelist=(HTTPStatus.TOO_MANY_REQUESTS,),
        retry_on_exceptions=(httpx.ConnectError, httpx.ConnectTimeout),
        validate_response=None,
        total_timeout=_PATIENCE_SECONDS,
    )


class Connection:
    """Sends requests; may be shared between threads."""

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        retry: Retry,
        timeout: float,
        read_your_writes: bool,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._retry = retry
        self._read_your_writes = read_your_writes
        self._last_write: str | None = None
        self._plain = httpx.Client(timeout=timeout, transport=transport, headers=_HEADERS)
        self._http = httpx.Client(
            base_url=url,
            auth=_Bearer(token),
            timeout=timeout,
            transport=transport,
            headers=_HEADERS,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()
        self._plain.close()

    def query(self, model: type[_M], path: str, parameters: Mapping[str, Any] | None = None) -> _M:
        """Ask the read side; it shows the last write of this connection, or says `stale`. Raises PaymentsError."""
        last = self._last_write if self._read_your_writes else None
        return _read(model, self._send("GET", path, {_CONSISTENCY: last} if last else {}, params=parameters or {}))

    def probe(self, model: type[_M], path: str) -> _M:
        """Ask once; an answer of 503 that is readable is an answer too. Raises PaymentsError."""
        response = self._send("GET", path, {}, extensions={"retry": Retry(total=0)})
        try:
            return model.model_validate_json(response.content)
        except ValidationError:
            raise error_of(response) from None

    def command(
        self,
        model: type[_M],
        method: str,
        path: str,
        *,
        key: str | None = None,
        version: int | None = None,
        **body: Any,  # noqa: ANN401  # httpx's: json=..., or content=...
    ) -> _M:
        """Change something, once, however often it has to be sent: by its key, or by itself. Raises PaymentsError."""
        headers = {**({_KEY: key} if key else {}), **_if_match(version), **body.pop("headers", {})}
        try:
            response = self._send(method, path, headers, **body)
            answer = _read(model, response)
        except PaymentsError as error:
            error.idempotency_key = key
            raise
        self._last_write = response.headers.get(_CONSISTENCY, self._last_write)
        return answer

    def change(
        self, model: type[_M], method: str, path: str, body: Mapping[str, Any] | None, version: int | None = None
    ) -> _M:
        """Change what has no idempotency key: tried again only when it was not done. Raises PaymentsError."""
        retry = _only_if_not_done(self._retry)
        return _read(model, self._send(method, path, _if_match(version), json=body, extensions={"retry": retry}))

    def fetch(self, link: str) -> Iterator[bytes]:
        """The contents behind a link, which itself says who may have them. Raises PaymentsError."""
        try:
            with self._plain.stream("GET", link) as response:
                if not response.is_success:
                    response.read()
                    raise error_of(response)
                yield from response.iter_bytes()
        except httpx.TransportError as error:
            raise NoAnswer(f"{httpx.URL(link).host} broke off: {error}") from error

    def _send(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> httpx.Response:  # noqa: ANN401
        try:
            return retry_request(self._http, method, path, retry=self._retry, headers=dict(headers), **content)
        except httpx.TimeoutException as error:
            raise NoAnswer(f"{self._http.base_url} did not answer in time") from error
        except httpx.TransportError as error:
            raise NoAnswer(f"{self._http.base_url} cannot be reached: {error}") from error


def path(*steps: str) -> str:
    """An address below /v1, its steps encoded."""
    return "/".join(("/v1", *(quote(step, safe="") for step in steps)))


def _if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _read(model: type[_M], response: httpx.Response) -> _M:
    if not response.is_success:
        raise error_of(response)
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise UnexpectedAnswer(f"{response.request.url} does not answer as the API does: {error}") from error


class _Bearer(httpx.Auth):
    """The caller's token; one that is fetched is renewed once when it is refused, as tokens expire."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self._fetched: str | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send, and send again with a new token after a 401."""
        used = self._current()
        request.headers["Authorization"] = f"Bearer {used}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED and not isinstance(self._token, str):
            if self._fetched == used:
                self._fetched = None
            request.headers["Authorization"] = f"Bearer {self._current()}"
            yield request

    def _current(self) -> str:
        if isinstance(self._token, str):
            return self._token
        if self._fetched is None:
            self._fetched = self._token()
        return self._fetched
