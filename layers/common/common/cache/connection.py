"""The connection to the shared cache: of Redis' protocol what the functions speak (docs/adr/0020)."""

import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha1
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from common.cache.iam import IamCredentials
from common.cache.protocol import Part, Refused, packed, read
from common.engines.signing import credentials, region
from common.errors import Permanent
from common.settings import Settings

Login = Callable[[], tuple[str, str]]
"""A user and a password, asked for at each new connection."""


_HUNG_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_DEMOTED = "READONLY"
"""How a server refuses that was the primary: after the failover its address leads to another one."""


class CacheError(Exception):
    """The cache did not answer in time, or refused."""


def open_cache(settings: Settings, timeout_seconds: float) -> "Cache":
    """The cache of these settings. Raises Permanent for settings that do not go together."""
    return Cache(settings.cache_url, timeout_seconds, _login(settings))


class Cache:
    """Connections to one address, made when they are needed and kept; for all threads of a process.

    Each step of a call gets `timeout_seconds`. ElastiCache serverless is a cluster behind one address: each command
    stays within one slot, and no pipeline is a transaction.
    """

    def __init__(self, url: str, timeout_seconds: float, login: Login | None = None) -> None:
        """`redis://` or `rediss://`, perhaps with user, password and database. Raises Permanent for anything else."""
        self._idle: deque[_Connection] = deque()
        self._url = urlsplit(url)
        if self._url.scheme not in ("redis", "rediss"):
            raise Permanent(f"CACHE_URL must begin with redis:// or rediss://, not {self._url.scheme}://")
        self._timeout_seconds = timeout_seconds
        self._login = login

    def call(self, *command: Part) -> Any:  # noqa: ANN401  # each command has its own reply
        """The reply to a command. Raises CacheError."""
        return self.pipeline([command])[0]

    def pipeline(self, commands: Sequence[Sequence[Part]]) -> list[Any]:
        """The replies to commands that are sent together. Raises CacheError, also when only one of them is refused."""
        request = b"".join(map(packed, commands))
        try:
            try:
                replies = self._ask(request, len(commands))
            except _HUNG_UP:
                # The server hangs up on who was silent for long; the kept connections share that fate.
                self.close()
                replies = self._ask(request, len(commands))
        except (OSError, ValueError) as exc:
            raise CacheError(type(exc).__name__) from exc
        for reply in replies:
            if isinstance(reply, Refused):
                raise CacheError(str(reply)) from reply
        return replies

    def script(self, source: str, keys: Sequence[str], *arguments: Part) -> Any:  # noqa: ANN401
        """What a Lua script returns; its source is sent only where it is not known yet. Raises CacheError."""
        name = sha1(source.encode(), usedforsecurity=False).hexdigest()
        given = (len(keys), *keys, *arguments)
        try:
            return self.call("EVALSHA", name, *given)
        except CacheError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return self.call("EVAL", source, *given)

    def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def _ask(self, request: bytes, replies: int) -> list[Any]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connected()
        answered = connection.ask(request, replies)
        if any(isinstance(reply, Refused) and str(reply).startswith(_DEMOTED) for reply in answered):
            connection.close()
        else:
            self._idle.append(connection)
        return answered

    def _connected(self) -> "_Connection":
        secure = self._url.scheme == "rediss"
        address = (self._url.hostname or "localhost", self._url.port or 6379)
        greeting = self._greeting()
        connection = _Connection(address, self._timeout_seconds, self._tls if secure else None)
        for reply in connection.ask(b"".join(map(packed, greeting)), len(greeting)):
            if isinstance(reply, Refused):
                connection.close()
                raise CacheError(str(reply)) from reply
        return connection

    def _greeting(self) -> list[Sequence[Part]]:
        user, password, database = self._url.username, self._url.password, self._url.path.strip("/")
        commands: list[Sequence[Part]] = []
        if self._login:
            commands.append(("AUTH", *self._login()))
        elif password:
            commands.append(("AUTH", *([unquote(user)] if user else []), unquote(password)))
        if database:
            commands.append(("SELECT", database))
        return commands

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _Connection:
    def __init__(self, address: tuple[str, int], timeout_seconds: float, tls: ssl.SSLContext | None) -> None:
        plain = socket.create_connection(address, timeout_seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = tls.wrap_socket(plain, server_hostname=address[0]) if tls else plain
        self._replies = self._socket.makefile("rb")

    def ask(self, request: bytes, replies: int) -> list[Any]:
        """The next replies; it hangs up where it cannot tell any more which reply is the next."""
        try:
            self._socket.sendall(request)
            return [read(self._replies) for _ in range(replies)]
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._replies.close()
        self._socket.close()


def _login(settings: Settings) -> Login | None:
    if not settings.cache_user:
        return None
    settings.require("cache_name")
    if not settings.cache_url.startswith("rediss://"):
        raise Permanent("CACHE_USER needs a CACHE_URL that begins with rediss://: ElastiCache takes IAM over TLS only")
    return IamCredentials(settings.cache_name, settings.cache_user, region(), credentials())
