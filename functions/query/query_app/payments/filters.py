"""What payments must have in common, and the same in OpenSearch's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from common.currencies import EXPONENTS
from common.money import MAX_MINOR, exponent_of

Json = dict[str, Any]

FIRST_YEAR, LAST_YEAR = 1000, 8999
"""Of the instants in a filter: four digits each, in every zone."""


@dataclass(frozen=True)
class Filters:
    """What payments must have in common. Empty means any.

    `since` is inclusive and `until` exclusive, both canonical UTC instants of `processedAt`; amounts are decimal
    strings and mean the same in every currency.
    """

    statuses: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    min_amount: str | None = None
    max_amount: str | None = None
    since: str | None = None
    until: str | None = None


def of_organization(organization_id: str, filters: Filters) -> list[Json]:
    """Clauses of a filter context: the tenant, beside the routing of the request, and what was asked for."""
    return [tenant(organization_id), *clauses(filters, filters.currencies or EXPONENTS).values()]


def tenant(organization_id: str) -> Json:
    """The organization's payments and nobody else's."""
    return {"term": {"organizationId": organization_id}}


def clauses(filters: Filters, currencies: Iterable[str] = EXPONENTS) -> dict[str, Json]:
    """Each narrowing by its own, by the name of what it narrows; amounts are those of `currencies`."""
    found: dict[str, Json] = {}
    if filters.statuses:
        found["status"] = {"terms": {"status": list(filters.statuses)}}
    if filters.currencies:
        found["currency"] = {"terms": {"currency": list(filters.currencies)}}
    instants = {bound: at for bound, at in (("gte", filters.since), ("lt", filters.until)) if at}
    if instants:
        found["processed"] = {"range": {"processedAt": instants}}
    if filters.min_amount or filters.max_amount:
        found["amount"] = _amounts(filters, currencies)
    return found


def by_decimals(currencies: Iterable[str] = EXPONENTS) -> list[tuple[int, list[str]]]:
    """The currencies by how many decimals they have, fewest first: those of one group share their minor units."""
    groups = groupby(sorted(currencies, key=exponent_of), exponent_of)
    return [(exponent, list(codes)) for exponent, codes in groups]


def _amounts(filters: Filters, currencies: Iterable[str]) -> Json:
    """The range in minor units, once for each number of decimals, so that 10.00 is the same in all currencies."""
    ranges = []
    for exponent, codes in by_decimals(currencies):
        bounds = {}
        if filters.min_amount:
            bounds["gte"] = _minor(filters.min_amount, exponent, ROUND_CEILING)
        if filters.max_amount:
            bounds["lte"] = _minor(filters.max_amount, exponent, ROUND_FLOOR)
        ranges.append({"bool": {"filter": [{"terms": {"currency": codes}}, {"range": {"amountMinor": bounds}}]}})
    return {"bool": {"should": ranges, "minimum_should_match": 1}}


def _minor(amount: str, exponent: int, rounding: str) -> int:
    scaled = Decimal(amount).scaleb(exponent).to_integral_value(rounding)
    return min(int(scaled), MAX_MINOR + 1)
