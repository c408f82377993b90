"""Log entries and metrics by the client and by the command line, over the whole system."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from local.inprocess.system import System
from payments_client import NotAllowed, NotFound
from tests.client.conftest import ClientOf
from tests.client.test_cqrs import PROGRAM, Cqrs, cqrs

__all__ = ["cqrs"]

AT = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=10)
Written = Callable[..., str]


def entries(count: int, **fields: Any) -> list[dict[str, Any]]:
    """One a second, the oldest first."""
    common = {"level": "error", "service": "api", **fields}
    return [{**common, "timestamp": AT + timedelta(seconds=at), "message": f"took {at} ms"} for at in range(count)]


def points(count: int) -> list[dict[str, Any]]:
    """One in five minutes, by two hosts in turn."""
    return [
        {
            "name": "http.duration",
            "type": "gauge",
            "unit": "ms",
            "timestamp": AT - timedelta(minutes=5 * at),
            "value": at / 2,
            "dimensions": {"host": f"web-{at % 2}"},
        }
        for at in range(count)
    ]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a file of NDJSON; answers its path."""

    def write(*lines: object) -> str:
        file = tmp_path / "lines.ndjson"
        file.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
        return str(file)

    return write


def test_entries_are_sent_found_counted_and_followed(
    system: System, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given calls that take two entries each, and five entries of which one is bad, sent twice
    monkeypatch.setattr("payments_client.lines.MAX_LINES", 2)
    client = client_of("org-456", "admin")
    lines = [*entries(4), {"level": "loud"}]
    seen: list[int] = []
    first = client.logs.send(iter(lines), progress=lambda summary: seen.append(summary.accepted))
    assert (first.accepted, first.rejected, first.failed, seen) == (4, 1, 0, [2, 4, 4])
    assert [(each.entry, each.outcome) for each in first.problems] == [(5, "rejected")]
    client.logs.send(lines)
    system.project("LogsProjectorFunction")

    # Then they are there once, the newest first, over all pages
    found = client.logs.search("took", page_size=3, highlight=True)
    assert [hit.message for hit in found] == [f"took {at} ms" for at in (3, 2, 1, 0)]
    assert found.page().entries[0].highlights == {"message": ("<em>took</em> 3 ms",)}
    assert client.logs.search(from_=AT + timedelta(seconds=2)).page().total == 2
    assert client.logs.histogram(interval="hour").levels == {"error": 4}
    [pattern] = client.logs.patterns().patterns
    assert (pattern.template, pattern.count) == ("took <*> ms", 4)

    # And are followed in the order of their coming
    assert len(list(islice(client.logs.follow("level>=error", limit=2), 2))) == 2

    # And an admin decides for how long they are kept
    assert client.logs.settings().retention_days == 30
    assert client.logs.keep(7).changes[0].retention_days == 7
    with pytest.raises(NotAllowed):
        client_of("org-456").logs.keep(7)


def test_metrics_are_sent_and_read_over_time(system: System, client_of: ClientOf) -> None:
    client = client_of("org-456")
    assert client.metrics.send(points(6)).accepted == 6
    assert client.metrics.send(points(6)).accepted == 6
    system.roll_up()

    [name] = client.metrics.names(prefix="http").names
    assert (name.name, name.unit, name.dimensions) == ("http.duration", "ms", ("host",))
    since = AT - timedelta(hours=1)
    series = client.metrics.series("http.duration", function="sum", group_by=["host"], interval="1h", from_=since)
    assert [line.dimensions for line in series.series] == [{"host": "web-0"}, {"host": "web-1"}]
    assert [sum(value or 0 for value in line.values) for line in series.series] == [3.0, 4.5]


def test_what_bears_a_correlation_id_is_told_in_one_answer(system: System, client_of: ClientOf) -> None:
    client = client_of("org-456")
    with pytest.raises(NotFound):
        client.trace("c-1")
    client.logs.send(entries(1, correlationId="c-1"))
    client.metrics.send(points(1))
    system.project("LogsProjectorFunction")
    system.roll_up()
    trace = client.trace("c-1")
    assert [entry.message for entry in trace.logs] == ["took 0 ms"]
    assert ([metric.name for metric in trace.metrics], trace.complete) == (["http.duration"], True)


def test_the_command_line_sends_and_shows_entries(system: System, cqrs: Cqrs, written: Written) -> None:
    # Given a file with a bad line
    sent = cqrs("logs", "send", written(*entries(3, correlationId="c-1"), {"level": "loud"}))
    assert sent.code == 1
    assert sent.out.splitlines()[1].split()[:2] == ["4", "rejected"]
    assert "3 accepted, 1 rejected, 0 failed" in sent.err
    system.project("LogsProjectorFunction")

    # Then all is shown, in each form
    found = cqrs("logs", "search", "took")
    assert "took 2 ms" in found.out.splitlines()[1]
    assert "3 of 3 entries" in found.err
    assert [row["message"] for row in cqrs("logs", "search", "--limit", "1", "--csv").rows] == ["took 2 ms"]
    assert [step["count"] for step in cqrs("logs", "histogram", "--interval", "hour", "--json").json] == [3]
    assert "took <*> ms" in cqrs("logs", "patterns").out
    assert cqrs("logs", "settings", "--json").json == [{"retentionDays": 30, "changes": []}]
    assert "took 0 ms" in cqrs("trace", "c-1").out
    assert (cqrs("trace", "c-2").code, cqrs("logs", "keep", "7").code) == (3, 4)

    # And a bad query is shown where it is wrong
    wrong = cqrs("logs", "search", "level>=loud")
    assert (wrong.code, wrong.err.splitlines()[-1]) == (2, "         ^")


def test_the_command_line_follows_until_it_is_stopped(system: System, cqrs: Cqrs, written: Written) -> None:
    # Given an entry, and somebody who follows
    cqrs("logs", "send", written(*entries(1)))
    system.project("LogsProjectorFunction")
    argv = [sys.executable, *PROGRAM[1:], "logs", "tail", "level>=error"]
    with subprocess.Popen(
        argv, env=dict(cqrs.environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as follower:
        assert follower.stdout is not None
        assert "error  api  took 0 ms" in follower.stdout.readline()

        # When another comes
        cqrs("logs", "send", written({**entries(1)[0], "message": "refused"}))
        system.project("LogsProjectorFunction")

        # Then it is shown, and Ctrl-C ends it
        assert "error  api  refused" in follower.stdout.readline()
        follower.send_signal(signal.SIGINT)
        assert follower.wait(timeout=30) == 130


def test_the_command_line_sends_and_shows_metrics(system: System, cqrs: Cqrs, written: Written) -> None:
    assert cqrs("metrics", "send", written(*points(6))).code == 0
    system.roll_up()
    assert [row["name"] for row in cqrs("metrics", "names", "--csv").rows] == ["http.duration"]
    asked = ("metrics", "series", "http.duration", "--function", "max", "--group-by", "host")
    rows = cqrs(*asked, "--csv").rows
    assert {row["host"] for row in rows} == {"web-0", "web-1"}
    assert sorted(float(row["value"]) for row in rows if row["value"]) == [0, 0.5, 1, 1.5, 2, 2.5]
    assert cqrs(*asked, "--json").json[0]["function"] == "max"
    shown = cqrs(*asked)
    assert "host=web-1" in shown.out
    assert "max of http.duration in ms" in shown.err
    assert cqrs("metrics", "series", "nothing").err.splitlines()[-1] == "no point in that time"
