"""Exact money: minor units in code and in the index, a decimal string in JSON; never a float."""

from dataclasses import dataclass

from common.domain.currencies import EXPONENTS

MAX_MINOR = 10**15 - 1
_MOST_WHOLE, _MOST_DECIMALS = 18, 8
"""Digits that an amount may have before and after its point."""


@dataclass(frozen=True, order=False)
class Money:
    """An exact, non-negative amount of one currency.

    `minor` counts the currency's smallest units: cents for EUR, yen for JPY, fils for KWD (ISO 4217 exponents).
    """

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Money":
        """Read `"100.00"` of an ISO 4217 currency. Raises ValueError with a sentence that says what to do."""
        return cls(minor_units(amount, currency), currency)

    def __str__(self) -> str:
        """The decimal string with exactly the currency's decimals."""
        return decimal_string(self.minor, self.currency)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot subtract {other.currency} from {self.currency}")
        return Money(self.minor - other.minor, self.currency)


def minor_units(amount: str, currency: str) -> int:
    """`"100.00"` of an ISO 4217 currency as 10000. Raises ValueError with a sentence that says what to do."""
    exponent = exponent_of(currency)
    # A projector reads thousands: a regular expression would take longer than all of this.
    whole, point, decimals = amount.partition(".")
    digits = whole + decimals
    readable = digits.isascii() and digits.isdigit() and len(whole) <= _MOST_WHOLE and len(decimals) <= _MOST_DECIMALS
    if not readable or not whole or bool(point) != bool(decimals) or (whole[0] == "0" and whole != "0"):
        raise ValueError('must be a decimal string such as "100.00": digits, at most one point, no sign')
    if len(decimals) != exponent:
        if decimals[exponent:].strip("0"):
            raise ValueError(f"has too many decimals: {currency} has {exponent}")
        decimals = decimals[:exponent].ljust(exponent, "0")
    minor = int(whole + decimals)
    if minor > MAX_MINOR:
        raise ValueError(f"is too large: at most {decimal_string(MAX_MINOR, currency)} {currency}")
    return minor


def exponent_of(currency: str) -> int:
    """How many decimals a currency has. Raises ValueError for one that ISO 4217 does not know."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise ValueError("must be an ISO 4217 code in capitals, such as EUR") from None


def decimal_string(minor: int, currency: str) -> str:
    """Minor units as a decimal string: 10000 EUR is "100.00", 10000 JPY is "10000"."""
    exponent = EXPONENTS[currency]
    if exponent == 0:
        return str(minor)
    sign, digits = ("-", str(-minor)) if minor < 0 else ("", str(minor))
    digits = digits.rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"
