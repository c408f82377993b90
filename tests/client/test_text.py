"""Texts and lines of any kind: what is sent is exact, what is shown is harmless, and nothing gets lost in between."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments_client import imports
from payments_client.answers import Imported
from payments_client.cli.output import defused
from payments_client.cli.text import shown
from payments_client.parameters import text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_money_is_sent_as_it_is(amount: Decimal) -> None:
    assert Decimal(text(amount)) == amount
    assert "E" not in text(amount)


@given(st.text())
def test_a_shown_text_is_one_line_that_steers_nothing(written: str) -> None:
    inner = shown(written).removeprefix("\u2068").removesuffix("\u2069")
    assert len(inner) == len(written)
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in inner)
    assert not any(
        unicodedata.bidirectional(each) in {"RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI"} for each in inner
    )


@given(st.text())
def test_a_text_in_a_csv_is_no_formula_and_can_be_had_back(written: str) -> None:
    assert not defused(written).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert defused(written) in (written, f"'{written}")


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=30))
def test_an_import_sends_each_line_once_and_in_order(lines: Sequence[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("payments_client.lines.MAX_LINES", 4)
        patch.setattr(imports, "MAX_BYTES", 100)
        sent: list[bytes] = []

        def send(body: bytes, number: int) -> Imported:
            sent.append(body)
            assert number == len(sent)
            return Imported(accepted=len(body.split(b"\n")), duplicates=0, rejected=0, results=())

        summary = imports.import_lines(lines, send, None)
    wanted = [line.strip() for line in lines if line.strip()]
    assert [line for body in sent for line in body.split(b"\n")] == wanted
    assert summary.lines == len(wanted)
    assert all(len(body.split(b"\n")) <= 4 and len(body) <= 100 for body in sent)
