"""What payments must have in common, and the same in OpenSearch's words."""

from dataclasses import dataclass
from typing import Any

from query_app.dsl import tenant
from query_app.language.clauses import filtering
from query_app.language.tree import EVERYTHING, Bound, In, Node, Range, conjunction
from query_app.payments.fields import PAYMENTS

Json = dict[str, Any]


@dataclass(frozen=True)
class Filters:
    """What payments must have in common. Empty means any.

    `since` is inclusive and `until` exclusive, both canonical UTC instants of `processedAt`; amounts are decimal
    strings and mean the same in every currency. `condition` is what `q` asks for, by the fields of `PAYMENTS`.
    """

    statuses: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    min_amount: str | None = None
    max_amount: str | None = None
    since: str | None = None
    until: str | None = None
    condition: Node = EVERYTHING

    def tree(self) -> Node:
        """All of it in one tree."""
        parts: list[Node] = [self.condition]
        if self.statuses:
            parts.append(In("status", self.statuses))
        if self.currencies:
            parts.append(In("currency", self.currencies))
        if self.since or self.until:
            parts.append(Range("processed", _bound(self.since, inclusive=True), _bound(self.until, inclusive=False)))
        if self.min_amount or self.max_amount:
            lower, upper = (_bound(amount, inclusive=True) for amount in (self.min_amount, self.max_amount))
            parts.append(Range("amount", lower, upper))
        return conjunction(parts)


def of_organization(organization_id: str, filters: Filters) -> list[Json]:
    """Clauses of a filter context: the tenant, beside the routing of the request, and what was asked for."""
    return [tenant(organization_id), *filtering(filters.tree(), PAYMENTS)]


def _bound(value: str | None, *, inclusive: bool) -> Bound | None:
    return Bound(value, inclusive) if value else None
