"""What is asked of payments, as texts: read and made canonical. Every refusal says what to do."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from common.domain.instants import now
from common.domain.money import exponent_of
from common.errors import FieldError, Invalid
from query_app.instants import require_some_time
from query_app.language.reading import MAX_LENGTH, parse
from query_app.language.tree import EVERYTHING
from query_app.payments.fields import PAYMENTS
from query_app.payments.filters import Filters
from query_app.payments.search.query import Facet, Shown, Total

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,8})?")


def _amount(text: str) -> str:
    if not _AMOUNT.fullmatch(text):
        raise ValueError('must be a decimal number such as "100.00": digits, at most one point, no sign')
    return f"{Decimal(text).normalize():f}"


def _currency(text: str) -> str:
    exponent_of(text)
    return text


Currency = Annotated[str, AfterValidator(_currency)]
Amount = Annotated[str, AfterValidator(_amount)]
Asked = Annotated[str, StringConstraints(max_length=MAX_LENGTH)]


def shown(total: Total, facets: Iterable[Facet] | None, fields: Iterable[str] | None, *, highlight: bool) -> Shown:
    """One canonical form of what an answer shows."""
    asked = set(facets or ())
    return Shown(total, tuple(facet for facet in Facet if facet in asked), highlight, tuple(sorted(set(fields or ()))))


def filters(
    text: str | None,
    statuses: Iterable[str] | None,
    currencies: Iterable[str] | None,
    amounts: tuple[str | None, str | None],
    times: tuple[str | None, str | None],
    at: datetime | None = None,
) -> Filters:
    """One canonical form of the filters; `at` is what the text calls now.

    Raises Invalid when a range ends before it begins, and NotUnderstood.
    """
    (least, most), (since, until) = amounts, times
    if least and most and Decimal(least) > Decimal(most):
        raise Invalid("The range of amounts is empty.", [FieldError("maxAmount", "must not be below minAmount")])
    require_some_time(since, until)
    return Filters(
        statuses=tuple(sorted({str(each) for each in statuses or ()})),
        currencies=tuple(sorted(set(currencies or ()))),
        min_amount=least,
        max_amount=most,
        since=since,
        until=until,
        condition=parse(text, at or now(), PAYMENTS) if text else EVERYTHING,
    )
