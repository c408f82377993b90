"""The functions' own connection to Redis: every reply as it was, and no call that ends otherwise than it says."""

import gc
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from common.cache.connection import Cache, CacheError, Part
from common.errors import Permanent

PARTS = st.lists(st.binary(max_size=20_000) | st.text(max_size=50) | st.integers(-(2**63), 2**63 - 1), min_size=1)


@given(parts=PARTS)
def test_what_was_sent_comes_back(connection: Cache, parts: list[Part]) -> None:
    replies = connection.pipeline(
        [("DEL", "{test}:list"), ("RPUSH", "{test}:list", *parts), ("LRANGE", "{test}:list", 0, -1)]
    )
    assert replies[1:] == [len(parts), [part if isinstance(part, bytes) else str(part).encode() for part in parts]]


def test_replies_of_every_kind_are_told_apart(connection: Cache) -> None:
    script = "return {1, 'two', {3, false}, {}}"
    commands = [("PING",), ("GET", "{test}:nothing"), ("EVAL", script, 0)]
    assert connection.pipeline(commands) == [b"PONG", None, [1, b"two", [3, None], []]]


def test_a_refusal_among_others_is_told_and_takes_nothing_from_the_next_call(connection: Cache) -> None:
    with pytest.raises(CacheError, match="WRONGTYPE"):
        connection.pipeline([("SET", "{test}:text", "x"), ("LLEN", "{test}:text"), ("GET", "{test}:text")])
    assert connection.call("GET", "{test}:text") == b"x"


@pytest.mark.parametrize("quoted", [b"\xff\xfe", "\U0001f600" * 100], ids=["bytes", "cut"])
def test_a_refusal_that_quotes_what_is_no_text_is_a_refusal(connection: Cache, quoted: Part) -> None:
    # Given a command that the server does not know, and quotes up to some byte
    # When it is sent, then that is what is told
    with pytest.raises(CacheError, match="unknown command"):
        connection.call("NOSUCH", "x", quoted)
    assert connection.call("ECHO", "next") == b"next"


def test_a_server_that_became_a_replica_is_left(connection: Cache) -> None:
    # Given a connection to a server that a failover makes a replica
    before = connection.call("CLIENT", "ID")
    connection.call("REPLICAOF", "127.0.0.1", "1")
    try:
        # When it refuses a write
        with pytest.raises(CacheError, match="READONLY"):
            connection.call("SET", "{test}:text", "x")
        # Then the next call goes to whom the address leads to by then, on a new connection
        assert connection.call("CLIENT", "ID") != before
    finally:
        connection.call("REPLICAOF", "NO", "ONE")


def test_no_connection_is_left_open_where_there_is_no_login() -> None:
    # Given a login that has no keys to sign with
    def login() -> tuple[str, str]:
        raise Permanent("there are no AWS keys")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        cache = Cache(f"redis://127.0.0.1:{listening.getsockname()[1]}", timeout_seconds=2, login=login)
        # When a command is to be sent
        with pytest.raises(Permanent):
            cache.call("PING")
        # Then nobody was called
        with pytest.raises(TimeoutError):
            listening.accept()


def test_a_script_is_run_whether_the_server_knows_it_or_not(connection: Cache, redis: Redis) -> None:
    redis.script_flush()
    for _ in range(2):
        assert connection.script("return {KEYS[1], ARGV[1]}", ["{test}:key"], 7) == [b"{test}:key", b"7"]
    with pytest.raises(CacheError, match="oh no"):
        connection.script("return redis.error_reply('ERR oh no')", [])


def test_threads_get_their_own_answers(connection: Cache) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda n: connection.call("ECHO", n), range(500))) == [b"%d" % n for n in range(500)]


def test_user_password_and_database_are_the_address_s(connection: Cache, redis_url: str) -> None:
    at = urlsplit(redis_url)
    connection.call("ACL", "SETUSER", "jane", "on", ">p@ss/word", "~*", "+@all")
    try:
        with Cache(f"redis://jane:p%40ss%2Fword@{at.hostname}:{at.port}/3", timeout_seconds=2) as cache:
            assert cache.call("ACL", "WHOAMI") == b"jane"
            assert b"db=3" in cache.call("CLIENT", "LIST")
        with (
            Cache(f"redis://jane:wrong@{at.hostname}:{at.port}", timeout_seconds=2) as cache,
            pytest.raises(CacheError, match="WRONGPASS"),
        ):
            cache.call("PING")
    finally:
        connection.call("ACL", "DELUSER", "jane")


@contextmanager
def server(*answers: bytes) -> Iterator[str]:
    """Answers each connection's first request with the next of some bytes, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("cut", [b"", b"$5\r", b"$5\r\nhel", b"$5\r\nhello", b"*2\r\n:1\r\n"])
def test_half_an_answer_is_none_and_is_asked_for_once_more(cut: bytes) -> None:
    with server(cut, b"+whole\r\n") as url, Cache(url, timeout_seconds=2) as cache:
        assert cache.call("GET", "key") == b"whole"
    with server(cut, cut) as url, Cache(url, timeout_seconds=2) as cache, pytest.raises(CacheError, match="Reset"):
        cache.call("GET", "key")


def test_replies_wait_until_they_are_asked_for(connection: Cache) -> None:
    # Given commands that are on their way
    first = connection.sent([("SET", "{test}:text", "one"), ("GET", "{test}:text")])
    # When others are sent and answered meanwhile
    assert connection.call("ECHO", "other") == b"other"
    second = connection.sent([("LLEN", "{test}:text")])
    # Then each hears its own
    with pytest.raises(CacheError, match="WRONGTYPE"):
        second()
    assert first() == [b"OK", b"one"]


def test_what_was_sent_to_a_server_that_hung_up_is_sent_again(connection: Cache, redis: Redis) -> None:
    # Given a connection that the server closed while nobody looked
    connection.call("PING")
    redis.client_kill_filter(skipme=True)
    # When something is sent on it, then it is done all the same
    assert connection.sent([("ECHO", "again")])() == [b"again"]


def test_whoever_is_gone_before_its_replies_has_hung_up(redis_url: str) -> None:
    # Given somebody who sent something, and is only known to itself any more
    gone: list[object] = [Cache(redis_url, timeout_seconds=2).sent([("PING",)])]
    gone.append(gone)
    del gone
    # When it is cleared away, then its connection was closed, and not just lost
    with warnings.catch_warnings(record=True) as lost:
        warnings.simplefilter("always")
        gc.collect()
    assert not [each for each in lost if each.category is ResourceWarning]


def test_whoever_cannot_be_reached_is_sent_nothing() -> None:
    with Cache("redis://127.0.0.1:9", timeout_seconds=0.2) as nowhere, pytest.raises(CacheError):
        nowhere.sent([("PING",)])
    # Given a server that is gone by the time of its reply
    with server(b"") as url, Cache(url, timeout_seconds=2) as cache:
        replies = cache.sent([("PING",)])
    with pytest.raises(CacheError, match="Refused"):
        replies()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400\r\n", b":five\r\n", b"$x\r\n", b"*-\r\n"])
def test_what_is_no_answer_is_an_error(answer: bytes) -> None:
    with server(answer) as url, Cache(url, timeout_seconds=2) as cache, pytest.raises(CacheError):
        cache.call("GET", "key")
    # And nobody who speaks so is logged in to
    with server(answer) as url:
        address = url.replace("redis://", "redis://:secret@")
        with Cache(address, timeout_seconds=2) as cache, pytest.raises(CacheError):
            cache.sent([("GET", "key")])


@contextmanager
def secured(certificate: Path) -> Iterator[int]:
    """The port of a server that speaks TLS and answers each connection's first request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(plain, server_side=True) as connection:
                        connection.recv(1000)
                        connection.sendall(b"+PONG\r\n")
                except OSError:
                    plain.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_tls_is_spoken_and_a_server_that_hangs_up_is_called_again(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secured(certificate) as port, Cache(f"rediss://localhost:{port}", timeout_seconds=2) as cache:
        assert [cache.call("PING") for _ in range(3)] == [b"PONG"] * 3


@pytest.mark.parametrize(("host", "trusted"), [("127.0.0.1", True), ("localhost", False)])
def test_nobody_is_spoken_to_whose_name_is_not_certified(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, *, trusted: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate) if trusted else "/nowhere")
    with (
        secured(certificate) as port,
        Cache(f"rediss://{host}:{port}", timeout_seconds=2) as cache,
        pytest.raises(CacheError, match="SSLCertVerificationError"),
    ):
        cache.call("PING")
