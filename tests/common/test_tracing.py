"""Subsegments as X-Ray's daemon takes them, and nothing where Lambda does not trace."""

import socket
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from common.edge.tracing import Tracer

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


class Daemon:
    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening

    def received(self) -> list[dict[str, Any]]:
        segments: list[dict[str, Any]] = []
        while True:
            try:
                header, _, segment = self._listening.recv(65_536).partition(b"\n")
            except BlockingIOError:
                return segments
            assert orjson.loads(header) == {"format": "json", "version": 1}
            segments.append(orjson.loads(segment))


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
        yield Daemon(listening)


def test_what_runs_inside_is_a_part_of_what_is_around_it(daemon: Daemon) -> None:
    # Given a handler that handles a message, called twice
    tracer = Tracer()

    @tracer.capture_lambda_handler(capture_response=False)
    def lambda_handler() -> str:
        with tracer.subsegment("## SearchPayments", correlationId="c-1"):
            return "answer"

    assert [lambda_handler(), lambda_handler()] == ["answer", "answer"]

    # Then each has its place in the trace, the inner one ended first
    message, handler, _, again = daemon.received()
    assert {each["trace_id"] for each in (message, handler)} == {"1-5759e988-bd862e3fe1be46a994272793"}
    assert (handler["name"], handler["parent_id"]) == ("## lambda_handler", "53995c3f42cd8ad8")
    assert (message["name"], message["parent_id"]) == ("## SearchPayments", handler["id"])
    assert message["annotations"] == {"correlationId": "c-1"}
    assert handler["start_time"] <= message["start_time"] <= message["end_time"] <= handler["end_time"]
    # And only the first one was cold
    assert [each["annotations"]["ColdStart"] for each in (handler, again)] == [True, False]


def test_an_error_is_a_fault_of_its_type_and_goes_on(daemon: Daemon) -> None:
    with pytest.raises(ZeroDivisionError), Tracer().subsegment("## Divide"):
        raise ZeroDivisionError("secret")
    [segment] = daemon.received()
    assert (segment["fault"], segment["cause"]) == (True, {"exceptions": [{"type": "ZeroDivisionError"}]})
    assert "secret" not in str(segment)


@pytest.mark.parametrize("trace", ["", TRACE.replace("Sampled=1", "Sampled=0")])
def test_what_lambda_does_not_trace_is_not_sent(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, trace: str) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    with Tracer().subsegment("## SearchPayments"):
        pass
    assert daemon.received() == []


def test_without_a_daemon_the_work_is_done_all_the_same(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("", "127.0.0.1:1", "nowhere.invalid:2000"):
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address)
        with Tracer().subsegment("## SearchPayments"):
            pass
    assert daemon.received() == []
