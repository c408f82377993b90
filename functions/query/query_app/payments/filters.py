"""What payments must have in common, and the same in OpenSearch's words."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from common.currencies import EXPONENTS
from common.money import MAX_MINOR, exponent_of

Json = dict[str, Any]


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
    return [{"term": {"organizationId": organization_id}}, *_clauses(filters)]


def _clauses(filters: Filters) -> list[Json]:
    found: list[Json] = []
    if filters.statuses:
        found.append({"terms": {"status": list(filters.statuses)}})
    if filters.currencies:
        found.append({"terms": {"currency": list(filters.currencies)}})
    instants = {bound: at for bound, at in (("gte", filters.since), ("lt", filters.until)) if at}
    if instants:
        found.append({"range": {"processedAt": instants}})
    if filters.min_amount or filters.max_amount:
        found.append(_amounts(filters))
    return found


def _amounts(filters: Filters) -> Json:
    """The range in minor units, once for each number of decimals, so that 10.00 is the same in all currencies."""
    ranges = []
    for exponent, codes in groupby(sorted(filters.currencies or EXPONENTS, key=exponent_of), exponent_of):
        bounds = {}
        if filters.min_amount:
            bounds["gte"] = _minor(filters.min_amount, exponent, ROUND_CEILING)
        if filters.max_amount:
            bounds["lte"] = _minor(filters.max_amount, exponent, ROUND_FLOOR)
        ranges.append({"bool": {"filter": [{"terms": {"currency": list(codes)}}, {"range": {"amountMinor": bounds}}]}})
    return {"bool": {"should": ranges, "minimum_should_match": 1}}


def _minor(amount: str, exponent: int, rounding: str) -> int:
    scaled = Decimal(amount).scaleb(exponent).to_integral_value(rounding)
    return min(int(scaled), MAX_MINOR + 1)
