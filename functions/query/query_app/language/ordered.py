"""Fields that can be compared: dates and amounts. Such a field has one value in a document."""

import re
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TypeVar

from common.domain.currencies import EXPONENTS
from common.domain.instants import iso
from common.domain.money import MAX_MINOR, exponent_of
from query_app.language import dates
from query_app.language.errors import quoted, unexpected
from query_app.language.fields import Asked, Field, Json, Scope, Value
from query_app.language.tree import Bound, In, Node, Range, disjunction

Comparing = TypeVar("Comparing", bound=In | Range)
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,8})?")


@dataclass(frozen=True)
class Edges:
    """The bound that a value is in each comparison."""

    at_least: Bound
    more: Bound
    at_most: Bound
    less: Bound


class Ordered(Field[Comparing]):
    """Can be compared."""

    @abstractmethod
    def edges(self, asked: Asked, value: Value) -> Edges:
        """Read a value."""

    @abstractmethod
    def rank(self, bound: Bound) -> Decimal | str:
        """Puts bounds in order."""

    def between(self, asked: Asked, low: Value | None, high: Value | None) -> Node:
        """Both ends included."""
        lower = self.edges(asked, low).at_least if low else None
        upper = self.edges(asked, high).at_most if high else None
        if low and high and lower and upper and self.rank(lower) > self.rank(upper):  # type: ignore[operator]
            raise unexpected(low.column, "a range from low to high", quoted(f"{low.text}..{high.text}"))
        return Range(asked.name, lower, upper)

    def compared(self, asked: Asked, value: Value) -> Node:
        """More or less than the value."""
        edges = self.edges(asked, value)
        match asked.operator:
            case ">=":
                return Range(asked.name, edges.at_least, None)
            case ">":
                return Range(asked.name, edges.more, None)
            case "<=":
                return Range(asked.name, None, edges.at_most)
            case _:
                return Range(asked.name, None, edges.less)


@dataclass(frozen=True)
class Instant(Ordered[Range]):
    """A date: days, months and years are of UTC and whole; around `now`, a range is widened to whole minutes."""

    index: str

    def one_of(self, asked: Asked, values: list[Value]) -> Node:
        """Within one of the days, months, years or seconds."""
        for value in values:
            if value.text.lower().startswith("now"):
                hint = f"write {asked.name}>={value.text}"
                raise unexpected(asked.column, "a comparison such as >= before now", quoted(asked.operator), hint)
        edges = [self.edges(asked, value) for value in values]
        return disjunction(Range(asked.name, each.at_least, each.at_most) for each in edges)

    def edges(self, asked: Asked, value: Value) -> Edges:
        """Read a date."""
        try:
            found = dates.span(value.text, asked.minute)
        except ValueError as error:
            raise unexpected(value.column, str(error), quoted(value.text)) from None
        start, end = iso(found.start), iso(found.end)
        return Edges(
            at_least=Bound(start, inclusive=True),
            more=Bound(start if found.relative else end, inclusive=True),
            at_most=Bound(end, inclusive=False),
            less=Bound(end if found.relative else start, inclusive=False),
        )

    def rank(self, bound: Bound) -> str:
        """Years have four digits."""
        return bound.value

    def clause(self, leaf: Range, scope: Scope) -> Json:  # noqa: ARG002
        """`range`."""
        bounds = {}
        if leaf.lower:
            bounds["gte" if leaf.lower.inclusive else "gt"] = leaf.lower.value
        if leaf.upper:
            bounds["lte" if leaf.upper.inclusive else "lt"] = leaf.upper.value
        return {"range": {self.index: bounds}}


@dataclass(frozen=True)
class Amount(Ordered[In | Range]):
    """An exact amount, which means the same in every currency: 10.00 EUR as 10 JPY.

    `index` counts minor units; `currency` is the name of the field with the code, `currency_index` that in the index.
    """

    index: str
    currency: str
    currency_index: str

    def one_of(self, asked: Asked, values: list[Value]) -> Node:
        """Equal to one of the amounts."""
        return In(asked.name, tuple(sorted({self.edges(asked, value).at_least.value for value in values})))

    def edges(self, asked: Asked, value: Value) -> Edges:  # noqa: ARG002
        """Read a decimal number."""
        if not _AMOUNT.fullmatch(value.text):
            expected = "an amount such as 100.00 (digits, at most one point, no sign)"
            raise unexpected(value.column, expected, quoted(value.text))
        amount = f"{Decimal(value.text).normalize():f}"
        inside, outside = Bound(amount, inclusive=True), Bound(amount, inclusive=False)
        return Edges(at_least=inside, more=outside, at_most=inside, less=outside)

    def rank(self, bound: Bound) -> Decimal:
        """The number."""
        return Decimal(bound.value)

    def clause(self, leaf: In | Range, scope: Scope) -> Json:
        """Minor units for each number of decimals among the currencies that it can be in."""
        codes = scope.get(self.currency, tuple(EXPONENTS))
        amounts = [
            {"bool": {"filter": [{"terms": {self.currency_index: of}}, self._minors(leaf, exponent)]}}
            for exponent, of in by_decimals(codes)
        ]
        return {"bool": {"should": amounts, "minimum_should_match": 1}}

    def _minors(self, leaf: In | Range, exponent: int) -> Json:
        if isinstance(leaf, In):
            minors = [_minor(Bound(value, inclusive=True), exponent) for value in leaf.values]
            return {"terms": {self.index: [minor for minor, exact in minors if exact and minor <= MAX_MINOR]}}
        bounds = {}
        if leaf.lower:
            minor, exact = _minor(leaf.lower, exponent)
            bounds["gte"] = minor if exact and leaf.lower.inclusive else minor + 1
        if leaf.upper:
            minor, exact = _minor(leaf.upper, exponent)
            bounds["lte"] = minor - 1 if exact and not leaf.upper.inclusive else minor
        return {"range": {self.index: {name: min(bound, MAX_MINOR + 1) for name, bound in bounds.items()}}}


def by_decimals(currencies: Iterable[str] = EXPONENTS) -> list[tuple[int, list[str]]]:
    """The currencies by how many decimals they have, fewest first: those of one group share their minor units."""
    groups = groupby(sorted(currencies, key=exponent_of), exponent_of)
    return [(exponent, list(codes)) for exponent, codes in groups]


def _minor(bound: Bound, exponent: int) -> tuple[int, bool]:
    """Rounded down, and whether that changed nothing."""
    scaled = Decimal(bound.value).scaleb(exponent)
    return int(scaled), scaled == int(scaled)
