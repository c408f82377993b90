"""The command line, over the whole system: what it prints, where, and how it ends."""

import csv
import io
import json
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

from local.inprocess.system import System
from tests.client.conftest import ClientOf

PROGRAM = [sys.executable, "-m", "payments_client"]
HEBREW = "\u05e1\u05e4\u05dc \u05db\u05d7\u05d5\u05dc"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """What it printed as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))

    @property
    def json(self) -> list[Any]:
        """What it printed as JSON, line by line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Cqrs:
    """Runs the command line in a process of its own, as the system logs to this one's stdout."""

    environment: Mapping[str, str]

    def __call__(self, *arguments: str, **environment: str | None) -> Ran:
        """Run it with pipes; variables that are None are not set."""
        ran = subprocess.run(
            [*PROGRAM, *arguments], env=self._with(environment), capture_output=True, text=True, check=False
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def on_a_terminal(self, *arguments: str, **environment: str) -> str:
        """What it prints on a terminal of 80 columns."""
        master, slave = pty.openpty()
        size = {"COLUMNS": "80", "TERM": "xterm-256color", **environment}
        with subprocess.Popen([*PROGRAM, *arguments], stdout=slave, stderr=slave, stdin=slave, env=self._with(size)):
            os.close(slave)
            printed = b"".join(iter(lambda: _read(master), b""))
        os.close(master)
        return printed.decode().replace("\r\n", "\n")

    def _with(self, environment: Mapping[str, str | None]) -> dict[str, str]:
        return {name: value for name, value in {**self.environment, **environment}.items() if value is not None}


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Its other end was closed.
        return b""


@pytest.fixture
def cqrs(system: System, url: str) -> Cqrs:
    """As an agent of org-456."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("CQRS_") and name != "NO_COLOR"}
    return Cqrs({**others, "CQRS_URL": url, "CQRS_TOKEN": system.token("org-456")})


@pytest.fixture
def mugs(system: System, client_of: ClientOf) -> None:
    """Given three payments, one of them processed."""
    payments = client_of("org-456")
    for payment_id, description in (("p-1", "Blue mug"), ("p-2", "=1+1 mug"), ("p-3", "Red mug")):
        payments.request("1250.00", "EUR", description, payment_id=payment_id, metadata={"tags": ["gift"]})
    payments.process("p-1", "1250.00", "EUR")
    system.project()


def test_a_payment_s_life(system: System, cqrs: Cqrs) -> None:
    assert cqrs("request", "100.00", "EUR", "Blue mug", "--id", "p-1", "--metadata", "region=fr").code == 0
    assert cqrs("process", "p-1", "100.00", "EUR", "--if-match", "1").code == 0
    refunded = cqrs("refund", "p-1", "40.00", "--reason", "chipped", "--json")
    assert refunded.json == [{"paymentId": "p-1", "status": "partially_refunded", "version": 3}]

    system.project()
    [payment] = cqrs("get", "p-1", "--json").json
    assert (payment["amount"], payment["refundAmount"], payment["metadata"]) == ("100.00", "40.00", {"region": "fr"})
    assert "PaymentRefunded" in cqrs("history", "p-1").out


@pytest.mark.usefixtures("mugs")
def test_a_search_in_each_format(cqrs: Cqrs) -> None:
    # As a table, data on stdout and what is said about it on stderr, without colours where there is no terminal
    table = cqrs("search", "mug", "--limit", "2")
    assert "1,250.00 EUR" in table.out
    assert "\x1b" not in table.out
    assert "2 of 3 payments" in table.err

    # With the words that match in bold on a terminal
    assert "Blue \x1b[1mmug" in cqrs.on_a_terminal("search", "mug", "--highlight", "--total", "bounded")

    # As JSON, a payment a line, as the API has it
    lines = cqrs("search", "mug", "--all", "--json")
    assert {payment["paymentId"] for payment in lines.json} == {"p-1", "p-2", "p-3"}
    assert lines.err == ""

    # As CSV, with a header, and no text that a spreadsheet would run
    rows = {row["paymentId"]: row for row in cqrs("search", "mug", "--status", "requested", "--csv").rows}
    assert (rows["p-2"]["description"], rows["p-3"]["description"]) == ("'=1+1 mug", "Red mug")
    assert rows["p-3"]["metadata"] == '{"tags": ["gift"]}'

    # And of some fields only
    fields = cqrs("search", "mug", "--fields", "paymentId,amount", "--sort", "amount", "--limit", "1", "--csv")
    assert fields.out == "paymentId,amount\np-1,1250.00\n"


@pytest.mark.usefixtures("mugs")
def test_counts_sums_and_completions(cqrs: Cqrs) -> None:
    assert "3,750.00 EUR" in cqrs("stats").out
    assert [each["sum"] for each in cqrs("stats", "--csv").rows if each["by"] == "currency"] == ["3750.00"]
    month = cqrs(
        "stats", "--interval", "month", "--include", "rates", "--include", "topUsers", "--include", "percentiles"
    )
    assert [title in month.out for title in ("Over time", "Rates", "0 (0.00%)", "Top users", "99%")] == [True] * 5
    counts = {row["value"]: row["count"] for row in cqrs("facets", "mug", "--by", "status", "--csv").rows}
    assert counts == {"completed": "1", "requested": "2"}
    assert [each["text"] for each in cqrs("suggest", "blu", "--json").json] == ["Blue mug"]


@pytest.mark.usefixtures("mugs")
def test_a_search_is_kept_by_a_name(cqrs: Cqrs) -> None:
    [saved] = cqrs("searches", "save", "Blue ones", "blue", "--status", "completed", "--json").json
    assert "Blue ones" in cqrs("searches", "list").out
    assert [each["paymentId"] for each in cqrs("searches", "run", saved["searchId"], "--json").json] == ["p-1"]
    assert cqrs("searches", "replace", saved["searchId"], "Red ones", "red", "--alert", "--if-match", "1").code == 0
    assert cqrs("searches", "delete", saved["searchId"]).code == 0
    assert cqrs("searches", "run", saved["searchId"]).code == 3


def test_an_import_names_the_lines_that_were_rejected(cqrs: Cqrs, tmp_path: Path) -> None:
    file = tmp_path / "payments.ndjson"
    file.write_text(f"{line('p-1', 'Blue mug')}\n\n{line('p-2', 'Blue mug', amount='1.005')}\nno JSON\n")
    ran = cqrs("import", str(file), "--csv")
    assert [(row["line"], row["paymentId"]) for row in ran.rows] == [("2", "p-2"), ("3", "")]
    assert ran.err == "1 accepted, 0 duplicates, 2 rejected\n"
    assert ran.code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["request", "1.005", "EUR", "Blue mug"], 2, "error: amount: "),
        (["request", "1.00", "EUR"], 2, "error: Missing argument 'DESCRIPTION'. (see cqrs request --help)"),
        (["request", "1.00", "EUR", "Blue mug", "--metadata", "region"], 2, "--metadata: must be KEY=VALUE"),
        (["search", "--status", "lost"], 2, "'lost' is not one of"),
        (["search", "--min-amount", "-1"], 2, "error: minAmount: "),
        (["get", "p-1"], 3, "error: Payment not found: p-1"),
        (["freshness"], 4, "error: This address needs the role 'admin'"),
        (["search", "--org", "org-789"], 4, "error: the token is for org-456, and --org says org-789"),
        (["search", "--token", "nonsense"], 4, "error: the token is no JWT"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(cqrs: Cqrs, arguments: list[str], code: int, says: str) -> None:
    ran = cqrs(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert says in ran.err


@pytest.mark.parametrize("command", [["search"], ["facets"], ["stats"], ["export"]])
def test_a_query_that_is_not_understood_has_a_caret_under_the_column(cqrs: Cqrs, command: list[str]) -> None:
    # Given a query whose first word is emoji and right to left, two columns of a terminal for a character of it
    ran = cqrs(*command, f"🎁 {HEBREW} status:failled")
    assert (ran.code, ran.out) == (2, "")
    message, query, caret = ran.err.splitlines()
    assert message.startswith("error: q: column 19: expected one of requested, ")
    before = Text(query).cell_len - Text("failled").cell_len
    assert caret == " " * before + "^"


def test_a_refusal_and_a_lost_command(cqrs: Cqrs) -> None:
    cqrs("request", "1.00", "EUR", "Blue mug", "--id", "p-1")
    refused = cqrs("refund", "p-1", "1.00")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    # What may have been done says how to repeat it
    lost = cqrs("refund", "p-1", "1.00", "--url", "http://127.0.0.1:1")
    assert lost.code == 5
    assert "error: http://127.0.0.1:1 cannot be reached" in lost.err
    assert "repeat it with --idempotency-key " in lost.err


def test_without_a_token_or_an_address_it_says_what_to_set(cqrs: Cqrs) -> None:
    for missing, code in (("CQRS_TOKEN", 4), ("CQRS_URL", 2)):
        ran = cqrs("search", **{missing: None})
        assert (ran.code, missing in ran.err) == (code, True)


def test_a_token_command_finds_whose_token_it_is(system: System, url: str, cqrs: Cqrs) -> None:
    command = f'test "$CQRS_ORG $CQRS_URL" = "org-789 {url}" && echo {system.token("org-789")}'
    assert cqrs("search", "--org", "org-789", CQRS_TOKEN=None, CQRS_TOKEN_COMMAND=command).code == 0
    refused = cqrs("search", "--org", "org-456", CQRS_TOKEN=None, CQRS_TOKEN_COMMAND=command)
    assert (refused.code, "the token command ended with 1" in refused.err) == (4, True)


def line(payment_id: str, description: str, amount: str = "1234567.89") -> str:
    """A line of an import."""
    payment = {"paymentId": payment_id, "userId": "u1", "amount": amount, "currency": "EUR", "description": description}
    return json.dumps({**payment, "processedAt": "2011-01-31T12:00:00Z"})


def test_a_table_on_a_terminal_of_80_columns(system: System, client_of: ClientOf, cqrs: Cqrs) -> None:
    # Given payments whose descriptions are emoji, right to left, long, and would turn the line around or colour it
    described = {
        "payment-1": "🎁👩‍👩‍👧‍👦 gift " + "long " * 100,
        "payment-2": HEBREW,
        "payment-3": "evil \u202etxt.exe [red]red[/red] :smile:",
        f"payment-{'4' * 60}": "plain",
    }
    client_of("org-456").import_payments(line(*each).encode() for each in described.items())
    system.project()

    # When they are searched for on a terminal
    coloured = cqrs.on_a_terminal("search", "--sort", "amount")
    plain = cqrs.on_a_terminal("search", "--sort", "amount", NO_COLOR="1")

    # Then no line is longer than the terminal, ids are whole, and nothing steers it
    assert max(Text.from_ansi(each).cell_len for each in plain.splitlines()) <= 80
    assert "gift long" in plain
    assert plain.count("4") >= 60
    assert "…" in plain
    assert f"\u2068{HEBREW}\u2069" in plain
    assert "\u202e" not in plain
    assert "evil \N{REPLACEMENT CHARACTER}txt.exe" in plain
    # And statuses have colours where they are wanted
    assert "\x1b[32mcompleted" in coloured
    assert "\x1b[32m" not in plain


@pytest.mark.usefixtures("mugs")
def test_a_pipe_that_closes_early_is_no_traceback(cqrs: Cqrs) -> None:
    piped = f"{shlex.join(PROGRAM)} search --json | head -1"
    ran = subprocess.run(piped, shell=True, env=dict(cqrs.environment), capture_output=True, text=True, check=False)
    assert (len(ran.stdout.splitlines()), ran.stderr) == (1, "")
