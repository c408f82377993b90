"""The processes that a run starts: ready before use, with a log each, and all ended however the run ends."""

import atexit
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType, TracebackType
from typing import Self

GRACE_SECONDS = 10.0
_POLL_SECONDS = 0.05
# Below the range for outgoing connections, one of which could take the port between our look and the engine's bind.
_PORTS = range(20000, 32000)


class LocalError(Exception):
    """One line for the person: what is wrong, what to do about it, and where the log is."""


@dataclass(frozen=True)
class _Launch:
    """How a process was started, so that it can be started again."""

    name: str
    argv: Sequence[str]
    ready: Callable[[], bool]
    env: Mapping[str, str]
    timeout: float
    cwd: Path | None


@dataclass(frozen=True)
class _Child:
    launch: _Launch
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def name(self) -> str:
        return self.launch.name

    def last_line(self) -> str:
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "it said nothing")

    def check(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise LocalError(f"{self.name} ended with code {code}: {self.last_line()} (log: {self.log})")


class Processes:
    """Owns every process it starts, each in a session and process group of its own.

    Use it as a context manager around a run. Leaving it, Ctrl-C, SIGTERM, SIGHUP and the interpreter's exit end all the
    groups; when this process is killed outright, a guard process ends them.
    """

    def __init__(self, logs: Path) -> None:
        """Keep a `NAME.log` of each process in the directory `logs`, made when missing."""
        self._logs = logs
        self._children: list[_Child] = []
        self._killed: dict[str, _Launch] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self._scratch: TemporaryDirectory[str] | None = None
        self._handlers: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}
        atexit.register(self.stop)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._take_signals()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        ready: Callable[[], bool],
        env: Mapping[str, str] | None = None,
        timeout: float = 60,
        cwd: Path | None = None,
    ) -> int:
        """Start a program, wait until `ready()`, answer its pid (which is its process group's id too).

        `env` is added to this process's environment; `timeout` is in seconds. Raises LocalError when the program is
        missing, ends early or is not ready in time; it is ended then.
        """
        return self._launch(_Launch(name, argv, ready, env or {}, timeout, cwd), "wb")

    def pid(self, name: str) -> int:
        """Answer the pid of a process that was started under this name, which is its process group's id too."""
        return self._named(name).process.pid

    def kill(self, name: str) -> None:
        """End a process and its group at once, as a crash would; `restart` brings it back."""
        child = self._named(name)
        _signal_group(child, signal.SIGKILL)
        child.process.wait()
        self._children.remove(child)
        self._killed[name] = child.launch

    def restart(self, name: str) -> int:
        """Start what was killed as it was started before, and wait until it is ready again. Raises LocalError."""
        return self._launch(self._killed.pop(name), "ab")

    def check(self) -> None:
        """Raise LocalError when a process that should be running has ended."""
        for child in self._children:
            child.check()

    def scratch(self) -> Path:
        """Make, once, a directory for what the processes write; it goes when they do."""
        if self._scratch is None:
            self._scratch = TemporaryDirectory(prefix="payments-", ignore_cleanup_errors=True)
        return Path(self._scratch.name)

    def stop(self) -> None:
        """End all groups, the last started first: TERM, a grace of 10 seconds, KILL. A second call does nothing."""
        self._end(list(reversed(self._children)))
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None
        atexit.unregister(self.stop)

    def _launch(self, launch: _Launch, log_mode: str) -> int:
        self._logs.mkdir(parents=True, exist_ok=True)
        log = (self._logs / f"{launch.name}.log").resolve()
        with log.open(log_mode) as output:
            try:
                process = subprocess.Popen(
                    launch.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **launch.env},
                    cwd=launch.cwd,
                    start_new_session=True,
                )
            except OSError as error:
                raise LocalError(f"{launch.name} cannot be started: {launch.argv[0]}: {error.strerror}") from error
        child = _Child(launch, process, log)
        self._children.append(child)
        self._tell_guard(process.pid)
        try:
            _wait_until_ready(child)
        except BaseException:
            self._end([child])
            raise
        return process.pid

    def _named(self, name: str) -> _Child:
        return next(child for child in self._children if child.name == name)

    def _end(self, children: list[_Child]) -> None:
        for child in children:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            # Also what the leader left behind, such as an emulator's worker processes.
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
            self._children.remove(child)

    def _tell_guard(self, group: int) -> None:
        if self._guard is None:
            guard = Path(__file__).with_name("guard.py")
            self._guard = subprocess.Popen(
                [sys.executable, "-S", "-E", str(guard)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        if self._guard.stdin is not None:
            self._guard.stdin.write(f"{group}\n".encode())
            self._guard.stdin.flush()

    def _take_signals(self) -> None:
        """Turn the signals that end a run into exceptions, so that every `with` on the way out is left in order."""
        current = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        # A shell starts background jobs with SIGINT ignored; who sends it to such a run still means "end".
        if current[signal.SIGINT] in (signal.SIG_DFL, signal.SIG_IGN):
            self._handlers[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP):
            # nohup's ignored SIGHUP stays ignored, and somebody else's handler in place.
            if current[number] == signal.SIG_DFL:
                self._handlers[number] = signal.signal(number, _exit_on)


def free_port() -> int:
    """Find a TCP port of 127.0.0.1 that nothing listens on now."""
    for _ in range(200):
        port = random.choice(_PORTS)  # noqa: S311  # no secret
        if _is_free(port):
            return port
    raise LocalError(f"no free port found between {_PORTS.start} and {_PORTS.stop}")


def require_free(port: int, advice: str) -> None:
    """Raise LocalError, with `advice` on what to do, when somebody listens on the port already."""
    if not _is_free(port):
        raise LocalError(f"port {port} of 127.0.0.1 is in use: {advice}")


def listening(port: int) -> bool:
    """Tell whether something accepts connections on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answering(url: str) -> bool:
    """Tell whether a GET of an http URL is answered 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # our own engines' addresses
            return True
    except (OSError, HTTPException):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a connection of an earlier run that is still closing does not occupy the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_until_ready(child: _Child) -> None:
    timeout = child.launch.timeout
    deadline = time.monotonic() + timeout
    while True:
        is_ready = child.launch.ready()
        # After the probe: an answer of somebody else on the same port is no readiness of ours.
        child.check()
        if is_ready:
            return
        if time.monotonic() > deadline:
            raise LocalError(f"{child.name} is not ready after {timeout:g} s: {child.last_line()} (log: {child.log})")
        time.sleep(_POLL_SECONDS)


def _signal_group(child: _Child, number: signal.Signals) -> None:
    # PermissionError: macOS says so of a group of which only zombies are left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _exit_on(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
