"""The examples of the documentation do what they say."""

import re
import shlex
from pathlib import Path

import orjson
import pytest

from common.domain.instants import iso, now
from local.inprocess.system import System
from tests.client.test_cqrs import Cqrs, Ran, cqrs

ROOT = Path(__file__).parents[2]

__all__ = ["cqrs"]


def examples(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)


def test_the_programs(system: System, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    # When one program writes, and another reads what was projected
    for program in examples("docs/client.md", "python"):
        exec(program, {"url": url, "token": system.token("org-456")})  # noqa: S102  # what the page says
        system.project()

    # Then the first one is told why a move is refused, and the other one finds the payment
    printed = capsys.readouterr().out
    assert "partially_refunded ('refund',)" in printed
    assert "payment-123 100.00 EUR" in printed


def test_the_package_s_first_example(system: System, url: str) -> None:
    [program] = examples("clients/python/README.md", "python")
    program = program.replace('"https://payments.example.com"', "url")
    exec(program, {"url": url, "token": system.token("org-456")})  # noqa: S102  # what the page says
    assert system.project() == 1


def test_the_commands(system: System, cqrs: Cqrs) -> None:
    [commands, _] = examples("docs/client.md", "sh")
    ran: list[Ran] = []
    for command in commands.splitlines():
        # moto's files are for this process only; tests/local/test_stack.py exports one.
        if command.startswith("cqrs ") and not command.startswith("cqrs export"):
            ran.append(cqrs(*shlex.split(command.partition(" |")[0])[1:]))
            system.project()
    assert [(each.code, each.out == "") for each in ran] == [(0, False)] * len(ran)
    assert "payment-123" in ran[2].out


def test_the_commands_of_logs_and_metrics(
    system: System, cqrs: Cqrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the files that they send
    monkeypatch.chdir(tmp_path)
    said = {"level": "error", "service": "api", "message": "payment 17 refused", "correlationId": "c-1"}
    point = {"name": "http.duration", "type": "gauge", "value": 12.5, "dimensions": {"host": "web-1"}}
    for name, line in (("entries", said), ("points", point)):
        (tmp_path / f"{name}.ndjson").write_bytes(orjson.dumps({**line, "timestamp": iso(now())}))
    [_, commands] = examples("docs/client.md", "sh")
    for command in commands.splitlines():
        # What follows without end has a test of its own.
        if " tail " not in command:
            ran = cqrs(*shlex.split(command)[1:])
            # Then each shows something, and what sends shows no problem
            assert (ran.code, ran.out == "") == (0, " send " in command), (command, ran)
            system.project("LogsProjectorFunction")
            system.roll_up()
