"""HTTP to one address, by connections that are kept: what the functions call AWS and OpenSearch by."""

import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

NO_ANSWER: Final = (OSError, HTTPException)
"""What asking may raise; TimeoutError, which is an OSError, for an answer that takes too long."""
_HUNG_UP: Final = (ConnectionError, HTTPException, ssl.SSLEOFError, ssl.SSLZeroReturnError)

_LARGE: Final = 65_536
"""Bytes of a body that are not copied to go with their head."""

_Request = tuple[str, str, bytes, Mapping[str, str]]
"""As http.client takes it: method, target, body and headers."""


class Connections:
    """Made when they are needed, and kept; for all threads of a process.

    Each step of a request gets `seconds`, connecting perhaps fewer. Whom TLS trusts is the system's to say.
    """

    def __init__(self, url: str, seconds: float, connect_seconds: float | None = None) -> None:
        address = urlsplit(url)
        self._secure = address.scheme == "https"
        self._address = (address.hostname or "", address.port)
        self.host = address.netloc.rpartition("@")[2].removesuffix(":443" if self._secure else ":80")
        """As a request's own header says it."""
        self._seconds = seconds
        self._connect_seconds = connect_seconds or seconds
        self._idle: deque[HTTPConnection] = deque()

    def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, seconds: float | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises what NO_ANSWER names.

        A service hangs up on who was silent for long, and a function may have slept: what a kept connection fails in
        is asked once more, on a new one. So a request must be safe to send twice.
        """
        request = (method, target, body, headers)
        try:
            kept = self._idle.pop()
        except IndexError:
            return self._ask(self._connected(), request, seconds)
        try:
            return self._ask(kept, request, seconds)
        except _HUNG_UP:
            # The other kept connections share that fate.
            self.close()
            return self._ask(self._connected(), request, seconds)

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        self.close()

    def _ask(self, connection: HTTPConnection, request: _Request, seconds: float | None) -> tuple[int, bytes]:
        try:
            connection.sock.settimeout(seconds or self._seconds)
            for part in self._written(request):
                connection.sock.sendall(part)
            response = HTTPResponse(connection.sock)
            response.begin()
            answer = response.read()
        except BaseException:
            connection.close()
            raise
        if not response.will_close:
            self._idle.append(connection)
        return response.status, answer

    def _written(self, request: _Request) -> Sequence[bytes]:
        """As one part, where http.client would send two: whoever answers is woken up once."""
        method, target, body, headers = request
        stated = {"host": self.host, **headers, "content-length": str(len(body))}
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in stated.items()), "\r\n"]
        head = "\r\n".join(lines).encode("ascii")
        return [head + body] if len(body) < _LARGE else [head, body]

    def _connected(self) -> HTTPConnection:
        host, port = self._address
        connection = (
            HTTPSConnection(host, port, timeout=self._connect_seconds, context=self._tls)
            if self._secure
            else HTTPConnection(host, port, timeout=self._connect_seconds)
        )
        connection.connect()
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()
