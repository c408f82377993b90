"""The connection to OpenSearch: signed with SigV4 on AWS, plain on one machine."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

import orjson

from common.edge.observability import tracer
from common.engines.connections import NO_ANSWER, Connections
from common.engines.signing import Signer, credentials, region
from common.settings import Settings

_LINES: Final = {"content-type": "application/x-ndjson"}
_ONE: Final = {"content-type": "application/json"}


class OpenSearchError(Exception):
    """OpenSearch did not do what it was asked for."""


class NoAnswer(OpenSearchError):
    """None at all, none in time, or one that is no JSON. Whether the request was done is not known."""


class Refused(OpenSearchError):
    """It answered that it will not: with a status, the error's type, and all that it told."""

    def __init__(self, status: int, told: Any) -> None:  # noqa: ANN401  # whatever JSON it answered
        error = told.get("error") if isinstance(told, dict) else None
        self.status = status
        self.error = str(error.get("type")) if isinstance(error, dict) else str(error)
        self.told = str(told)
        super().__init__(f"{status} {self.error}")


class OpenSearch:
    """An OpenSearch, as its REST API has it; for all threads of a process.

    Requests must be safe to send twice: see `Connections`.
    """

    def __init__(self, url: str, timeout_seconds: float, signer: Signer | None = None) -> None:
        if urlsplit(url).port is None and url.startswith("http://"):
            url = f"{url.rstrip('/')}:9200"
        self._connections = Connections(url, timeout_seconds)
        self._signer = signer

    def request(
        self,
        method: str,
        *path: str,
        body: Mapping[str, Any] | bytes = b"",
        params: Mapping[str, str] | None = None,
        allowed: Collection[int] = (),
        seconds: float | None = None,
        decode: Callable[[bytes], Any] = orjson.loads,
    ) -> Any:  # noqa: ANN401  # each has its own answer
        """The answer to what the path's parts name, decoded; bytes are sent as the lines of JSON that they are.

        `allowed` are statuses of 300 and more whose answers are wanted too. Each step gets `seconds`, or as long as
        all requests. `decode` reads an answer of which little is wanted, and raises ValueError. Raises NoAnswer,
        Refused.
        """
        target = "/" + "/".join(quote(part, safe="*,") for part in path)
        if params:
            target = f"{target}?{urlencode(params)}"
        headers = _LINES if isinstance(body, bytes) else _ONE
        sent = body if isinstance(body, bytes) else orjson.dumps(body)
        if self._signer:
            headers = self._signer.signed(method, self._connections.host, target, sent, headers)
        try:
            with tracer.remote("OpenSearch"):
                status, answered = self._connections.ask(method, target, headers, sent, seconds)
        except NO_ANSWER as error:
            raise NoAnswer(type(error).__name__) from error
        try:
            told = decode(answered) if status < 300 else orjson.loads(answered)
        except ValueError as error:
            if status < 300:
                raise NoAnswer("an unreadable answer") from error
            told = {}  # a proxy's page
        if status >= 300 and status not in allowed:
            raise Refused(status, told)
        return told

    def close(self) -> None:
        """Hang up."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(settings: Settings, timeout_seconds: float) -> OpenSearch:
    """A client whose connections live as long as the process.

    `timeout_seconds` bounds each step of a request and must be shorter than the function's own time limit. The client
    does not retry: the queue retries writes, and the caller decides about reads.
    """
    url = settings.require("opensearch_url").opensearch_url
    service = settings.opensearch_service
    return OpenSearch(url, timeout_seconds, Signer(service, region(), credentials()) if service else None)
