"""Everything that a run starts is ended, however the run ends; what cannot start says why in one line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import processes as module
from local.places import ROOT
from local.processes import LocalError, Processes, answering, free_port, listening, require_free

# An engine as they are: a process that starts a worker process of its own.
ENGINE = "{python} -m http.server {worker} --bind 127.0.0.1 & exec {python} -m http.server {leader} --bind 127.0.0.1"
RUN = """
import sys
from pathlib import Path
from local.processes import Processes, listening

logs, engine, leader, worker = sys.argv[1:5]
with Processes(Path(logs)) as processes:
    processes.start("engine", ["sh", "-c", engine], ready=lambda: listening(int(leader)) and listening(int(worker)))
    print("up", flush=True)
    {then}
"""
WAIT_FOR_A_SIGNAL = "import time; time.sleep(60)"


class Run:
    """A program of its own that starts an engine and then does something."""

    def __init__(self, logs: Path, then: str) -> None:
        self.ports = (free_port(), free_port())
        leader, worker = map(str, self.ports)
        engine = ENGINE.format(python=sys.executable, leader=leader, worker=worker)
        argv = [sys.executable, "-W", "error", "-c", RUN.format(then=then), str(logs), engine, leader, worker]
        self.process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"

    def has_ended(self) -> bool:
        return not any(map(listening, self.ports))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], Run]]:
    started: list[Run] = []

    def start(then: str) -> Run:
        started.append(Run(tmp_path, then))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.mark.parametrize(
    ("then", "exit_code", "said"),
    [
        ("pass", 0, ""),
        ("raise RuntimeError('a crash')", 1, "RuntimeError: a crash"),
        ("processes.start('next', ['/no/such/binary'], ready=lambda: True)", 1, "LocalError: next cannot be started"),
        ("sys.exit(3)", 3, ""),
    ],
    ids=["success", "crash", "a failed start", "exit"],
)
def test_engines_end_with_the_run(run: Callable[[str], Run], then: str, exit_code: int, said: str) -> None:
    # Given a run with an engine that has a worker; when the run comes to its end
    ended = run(then)
    _, errors = ended.process.communicate(timeout=20)
    # Then it says why, and neither engine nor worker is there any more
    assert ended.process.returncode == exit_code
    assert said in errors
    assert ended.has_ended()


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGHUP, 128 + signal.SIGHUP)],
)
def test_engines_end_on_ctrl_c_and_other_signals(
    run: Callable[[str], Run], number: signal.Signals, exit_code: int
) -> None:
    # Given a run that goes on
    waiting = run(WAIT_FOR_A_SIGNAL)
    # When the person presses Ctrl-C, or something tells it to end
    waiting.process.send_signal(number)
    waiting.process.communicate(timeout=20)
    # Then the engine ends before the run does
    assert waiting.process.returncode == exit_code
    assert waiting.has_ended()


def test_engines_end_when_the_run_is_killed_outright(run: Callable[[str], Run]) -> None:
    # Given a run that gets no chance to clean up
    killed = run(WAIT_FOR_A_SIGNAL)
    killed.process.kill()
    # When its guard has seen it
    # Then the engine ends all the same
    assert eventually(killed.has_ended)


def test_an_engine_that_does_not_listen_to_reason_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an engine that ignores SIGTERM
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.3)
    port = free_port()
    stubborn = f"trap '' TERM; {sys.executable} -m http.server {port} --bind 127.0.0.1"
    with Processes(tmp_path) as processes:
        processes.start("stubborn", ["sh", "-c", stubborn], ready=lambda: listening(port))
        # When the run ends
    # Then it is gone after the grace
    assert eventually(lambda: not listening(port))


def test_stopping_twice_does_nothing_more(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    processes.start("engine", ["sleep", "60"], ready=lambda: True)
    processes.stop()
    processes.stop()
    processes.check()


def test_what_processes_wrote_aside_goes_with_them(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        scratch = processes.scratch()
        (scratch / "file").touch()
    assert not scratch.exists()


def test_the_handlers_of_signals_are_put_back(tmp_path: Path) -> None:
    outer = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with Processes(tmp_path):
            assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, outer)


def test_a_missing_binary_is_named(tmp_path: Path) -> None:
    with (
        Processes(tmp_path) as processes,
        pytest.raises(LocalError, match="redis cannot be started: /no/redis: No such"),
    ):
        processes.start("redis", ["/no/redis"], ready=lambda: True)


def test_an_engine_that_ends_early_shows_its_last_words_and_its_log(tmp_path: Path) -> None:
    # Given an engine that finds its port in use
    with socket.create_server(("127.0.0.1", 0)) as taken, Processes(tmp_path) as processes:
        port = taken.getsockname()[1]
        argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
        # When it is started, then one line has all that the person needs
        with pytest.raises(LocalError) as told:
            processes.start("engine", argv, ready=lambda: False)
    log = tmp_path / "engine.log"
    assert str(told.value).startswith("engine ended with code 1: OSError: [Errno")
    assert "in use" in str(told.value)
    assert str(told.value).endswith(f"(log: {log})")
    assert "in use" in log.read_text()


def test_an_engine_that_is_never_ready_is_ended(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        with pytest.raises(
            LocalError, match=r"engine is not ready after 0\.2 s: still warming up \(log: .*engine\.log\)"
        ):
            processes.start("engine", ["sh", "-c", "echo still warming up; sleep 60"], ready=lambda: False, timeout=0.2)
        # It counts no longer.
        processes.check()


def test_an_engine_that_dies_later_is_noticed(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        pid = processes.start("engine", ["sleep", "60"], ready=lambda: True)
        processes.check()
        os.killpg(pid, signal.SIGKILL)
        with pytest.raises(LocalError, match=r"engine ended with code -9: it said nothing \(log: "):
            eventually(processes.check)


def test_an_engine_that_was_killed_comes_back_as_it_was(tmp_path: Path) -> None:
    port = free_port()
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with Processes(tmp_path) as processes:
        before = processes.start("engine", argv, ready=lambda: listening(port))
        # When it is killed, then it is gone, and no longer expected to run
        processes.kill("engine")
        assert not listening(port)
        processes.check()
        # When it is started again, then it answers as before
        assert processes.restart("engine") == processes.pid("engine") != before
        assert listening(port)
    assert not listening(port)


def test_a_port_in_use_comes_with_advice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=f"port {port} of 127.0.0.1 is in use: set PORT to another"):
            require_free(port, "set PORT to another")
    require_free(free_port(), "not needed")


def test_nothing_answers_where_nothing_listens() -> None:
    port = free_port()
    assert not listening(port)
    assert not answering(f"http://127.0.0.1:{port}")


def eventually(holds: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 15
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
