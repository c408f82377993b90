"""What a point belongs to: one name, type, unit and set of dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

import orjson


class Kind(StrEnum):
    """What the values of a metric are."""

    COUNTER = "counter"
    """How much came to it since the point before."""
    GAUGE = "gauge"
    """How much there was."""
    HISTOGRAM = "histogram"
    """Many values at once, one by one or by buckets."""


@dataclass(frozen=True)
class Series:
    """A line of points of one organization."""

    organization_id: str
    name: str
    kind: Kind
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    """Sorted by key."""

    @classmethod
    def of(cls, organization_id: str, name: str, kind: Kind, unit: str, dimensions: Mapping[str, str]) -> "Series":
        """In the one form."""
        return cls(organization_id, name, kind, unit, tuple(sorted(dimensions.items())))

    @cached_property
    def id(self) -> str:
        """Names it within its organization; other series have other ids."""
        told = orjson.dumps([self.name, self.kind, self.unit, self.dimensions])
        return sha256(told).hexdigest()[:32]
