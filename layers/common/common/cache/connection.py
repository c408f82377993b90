"""The connection to the shared cache: of Redis' protocol what the functions speak (docs/adr/0020)."""

import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha1
from typing import Any, Self
from urllib.parse import unquote, urlsplit
from weakref import finalize

from hiredis import Reader, ReplyError, pack_command

from common.cache.iam import IamCredentials
from common.engines.signing import credentials, region
from common.errors import Permanent
from common.settings import Settings

Part = bytes | str | int
Command = tuple[Part, ...]
"""Its name, and what it is about."""
Replies = Callable[[], list[Any]]
Login = Callable[[], tuple[str, str]]
"""A user and a password, asked for at each new connection."""

_HUNG_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_READ_AT_ONCE = 65_536
"""Bytes."""
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

    def pipeline(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands that are sent together. Raises CacheError, also when only one of them is refused."""
        return self.sent(commands)()

    def sent(self, commands: Sequence[Command]) -> Replies:
        """Send commands together; calling the answer waits for the replies. Both raise CacheError."""
        request = _packed(commands)
        try:
            connection = self._send(request)
        except (OSError, ValueError) as exc:
            raise CacheError(type(exc).__name__) from exc
        return lambda: self._replies(connection, request, len(commands))

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

    def _send(self, request: bytes) -> "_Connection":
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connected()
        connection.send(request)
        return connection

    def _replies(self, connection: "_Connection", request: bytes, number: int) -> list[Any]:
        try:
            try:
                replies = connection.replies(number)
            except _HUNG_UP:
                # The server hangs up on who was silent for long; the kept connections share that fate.
                self.close()
                connection = self._send(request)
                replies = connection.replies(number)
        except (OSError, ValueError) as exc:
            raise CacheError(type(exc).__name__) from exc
        refused = [reply for reply in replies if isinstance(reply, ReplyError)]
        if any(str(reply).startswith(_DEMOTED) for reply in refused):
            connection.close()
        else:
            self._idle.append(connection)
        if refused:
            raise CacheError(str(refused[0])) from refused[0]
        return replies

    def _connected(self) -> "_Connection":
        greeting = self._greeting()
        connection = _Connection(self._socket())
        connection.send(_packed(greeting))
        for reply in connection.replies(len(greeting)):
            if isinstance(reply, ReplyError):
                connection.close()
                raise CacheError(str(reply)) from reply
        return connection

    def _socket(self) -> socket.socket:
        host = self._url.hostname or "localhost"
        plain = socket.create_connection((host, self._url.port or 6379), self._timeout_seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(plain, server_hostname=host) if self._url.scheme == "rediss" else plain

    def _greeting(self) -> list[Command]:
        user, password, database = self._url.username, self._url.password, self._url.path.strip("/")
        commands: list[Command] = []
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
    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._read = Reader(protocolError=ValueError)
        # Whoever forgets a connection whose replies nobody waits for any more hangs up too.
        self.close = finalize(self, connected.close)

    def send(self, request: bytes) -> None:
        """Whoever waits for the replies is told where the server has hung up."""
        try:
            self._socket.sendall(request)
        except _HUNG_UP:
            pass
        except BaseException:
            self.close()
            raise

    def replies(self, number: int) -> list[Any]:
        """The next replies; it hangs up where it cannot tell any more which reply is the next."""
        try:
            return [self._next() for _ in range(number)]
        except BaseException:
            self.close()
            raise

    def _next(self) -> Any:  # noqa: ANN401  # each command has its own reply
        while (reply := self._read.gets()) is False:
            if not (more := self._socket.recv(_READ_AT_ONCE)):
                raise ConnectionResetError("the cache hung up")
            self._read.feed(more)
        return reply


def _packed(commands: Sequence[Command]) -> bytes:
    return b"".join([pack_command(command) for command in commands])  # type: ignore[arg-type]  # typed as of one part


def _login(settings: Settings) -> Login | None:
    if not settings.cache_user:
        return None
    settings.require("cache_name")
    if not settings.cache_url.startswith("rediss://"):
        raise Permanent("CACHE_USER needs a CACHE_URL that begins with rediss://: ElastiCache takes IAM over TLS only")
    return IamCredentials(settings.cache_name, settings.cache_user, region(), credentials())
