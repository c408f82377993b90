"""The examples of the documentation do what they say."""

import re
import shlex
from pathlib import Path

import pytest

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
    [commands] = examples("docs/client.md", "sh")
    ran: list[Ran] = []
    for command in commands.splitlines():
        # moto's files are for this process only; tests/local/test_stack.py exports one.
        if command.startswith("cqrs ") and not command.startswith("cqrs export"):
            ran.append(cqrs(*shlex.split(command.partition(" |")[0])[1:]))
            system.project()
    assert [(each.code, each.out == "") for each in ran] == [(0, False)] * len(ran)
    assert "payment-123" in ran[2].out
