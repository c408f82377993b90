"""Money is exact, whatever the currency."""

import re
from decimal import Decimal

import iso4217
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.domain.currencies import EXPONENTS
from common.domain.money import MAX_MINOR, Money, decimal_string

currencies = st.sampled_from(sorted(EXPONENTS))
minor_units = st.integers(min_value=0, max_value=MAX_MINOR)


def test_the_exponents_are_those_of_iso_4217() -> None:
    assert {each.code: each.exponent for each in iso4217.Currency if each.exponent is not None} == EXPONENTS


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("100.00", "EUR", 10_000),
        ("100", "EUR", 10_000),
        ("100.5", "EUR", 10_050),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1_234),
    ],
)
def test_amounts_are_read_in_the_currency_s_own_units(amount: str, currency: str, minor: int) -> None:
    assert Money.parse(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "sentence"),
    [
        ("1.005", "EUR", "has too many decimals: EUR has 2"),
        ("1.5", "JPY", "has too many decimals: JPY has 0"),
        ("1,00", "EUR", "must be a decimal string"),
        ("-1.00", "EUR", "must be a decimal string"),
        ("1e3", "EUR", "must be a decimal string"),
        ("NaN", "EUR", "must be a decimal string"),
        ("٣", "EUR", "must be a decimal string"),
        ("00.10", "EUR", "must be a decimal string"),
        ("1.", "EUR", "must be a decimal string"),
        (".5", "EUR", "must be a decimal string"),
        ("1.2.3", "EUR", "must be a decimal string"),
        ("1_0", "EUR", "must be a decimal string"),
        ("1234567890123456789", "EUR", "must be a decimal string"),
        ("1.000000000", "EUR", "must be a decimal string"),
        (" 1", "EUR", "must be a decimal string"),
        ("", "EUR", "must be a decimal string"),
        ("10000000000000.00", "EUR", "is too large: at most 9999999999999.99 EUR"),
        ("1.00", "eur", "must be an ISO 4217 code"),
    ],
)
def test_other_amounts_are_refused_with_what_to_do(amount: str, currency: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Money.parse(amount, currency)


@given(minor_units, currencies)
def test_an_amount_comes_back_as_it_was_written(minor: int, currency: str) -> None:
    written = str(Money(minor, currency))
    assert Money.parse(written, currency) == Money(minor, currency)
    assert Decimal(written).scaleb(EXPONENTS[currency]) == minor


@given(st.lists(minor_units), currencies)
def test_sums_are_exact(minors: list[int], currency: str) -> None:
    total = sum((Money(minor, currency) for minor in minors), start=Money(0, currency))
    assert Decimal(str(total)) == sum((Decimal(decimal_string(minor, currency)) for minor in minors), start=Decimal(0))


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="cannot add JPY to EUR"):
        Money(1, "EUR") + Money(1, "JPY")
    with pytest.raises(ValueError, match="cannot subtract JPY from EUR"):
        Money(1, "EUR") - Money(1, "JPY")


@given(
    st.from_regex(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,8})?", fullmatch=True, alphabet=st.characters(codec="ascii")),
    currencies,
)
def test_an_amount_is_what_decimal_arithmetic_makes_of_it(amount: str, currency: str) -> None:
    minor = Decimal(amount).scaleb(EXPONENTS[currency])
    if minor == int(minor) <= MAX_MINOR:
        assert Money.parse(amount, currency).minor == minor
    else:
        with pytest.raises(ValueError, match="too"):
            Money.parse(amount, currency)


@given(
    st.text(alphabet="0123456789.-+e_ ٣", max_size=24) | st.from_regex(r"[0-9]{1,20}(\.[0-9]{0,10})?", fullmatch=True),
    currencies,
)
def test_other_texts_are_no_amounts(amount: str, currency: str) -> None:
    assume(not re.fullmatch(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,8})?", amount))
    with pytest.raises(ValueError, match="must be a decimal string"):
        Money.parse(amount, currency)
