"""Roll-ups as join-semilattices: a minute keeps its points, an hour its minutes, a day its hours.

`joined` is commutative, associative and idempotent, so late, repeated and reordered points make no difference. Parts of
one key differ only where one knows more: a minute only ever gains points, and with it its hour and its day. What has
counted more is therefore the later one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson

from common.domain.instants import iso
from common.metrics.points import Point
from common.metrics.series import Kind, Series
from common.metrics.summary import Summary

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Level(StrEnum):
    """How long a roll-up is; days are those of UTC."""

    MINUTE = "1m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def length(self) -> timedelta:
        """Of each."""
        return _LENGTHS[self]

    def start_of(self, instant: datetime) -> datetime:
        """When the one begins that the instant lies in."""
        return instant - (instant - _EPOCH) % self.length

    @property
    def above(self) -> "Level | None":
        """The level that keeps these as its parts."""
        return {Level.MINUTE: Level.HOUR, Level.HOUR: Level.DAY}.get(self)


_LENGTHS = {Level.MINUTE: timedelta(minutes=1), Level.HOUR: timedelta(hours=1), Level.DAY: timedelta(days=1)}


@dataclass(frozen=True)
class RollUp:
    """A series in one minute, hour or day. `parts` are its points by their keys, or the level below by its starts."""

    level: Level
    series: Series
    start: datetime
    parts: Mapping[str, Summary]

    @classmethod
    def of(cls, organization_id: str, point: Point) -> "RollUp":
        """The minute as one point knows it."""
        start = Level.MINUTE.start_of(point.timestamp)
        return cls(Level.MINUTE, point.series(organization_id), start, {point.key: point.summary()})

    @property
    def id(self) -> str:
        """The document's: organization ids have no colon."""
        return f"{self.series.organization_id}:{self.series.id}:{self.level}:{iso(self.start)}"

    @cached_property
    def summary(self) -> Summary:
        """Of all parts."""
        return Summary.merged(list(self.parts.values()))

    def joined(self, other: "RollUp") -> "RollUp":
        """What both know of the same roll-up."""
        parts = dict(self.parts)
        for key, part in other.parts.items():
            parts[key] = _later(parts[key], part) if key in parts else part
        return RollUp(self.level, self.series, self.start, parts)

    def raised(self) -> "RollUp | None":
        """The one of the level above, as this one knows it; None above the days."""
        if self.level.above is None:
            return None
        start = self.level.above.start_of(self.start)
        return RollUp(self.level.above, self.series, start, {iso(self.start): self.summary})

    def source(self) -> dict[str, Any]:
        """The document: equal roll-ups make equal ones, to the byte."""
        whole = self.summary
        dimensions = self.series.dimensions
        return {
            "organizationId": self.series.organization_id,
            "series": self.series.id,
            "name": self.series.name,
            "type": self.series.kind,
            "unit": self.series.unit,
            "dimensions": [f"{key}={value}" for key, value in dimensions],
            "dimensionKeys": [key for key, _ in dimensions],
            "at": iso(self.start),
            "count": whole.count,
            "sum": float(whole.total),
            "min": float(whole.least),
            "max": float(whole.most),
            "sketch": whole.sketch,
            "exactSum": str(whole.total),
            "parts": {key: self.parts[key].packed() for key in sorted(self.parts)},
        }

    @classmethod
    def read(cls, level: Level, source: Mapping[str, Any]) -> "RollUp":
        """What a document knows."""
        series = Series.of(
            source["organizationId"],
            source["name"],
            Kind(source["type"]),
            source["unit"],
            dict(text.split("=", 1) for text in source["dimensions"]),
        )
        parts = {key: Summary.unpacked(kept) for key, kept in source["parts"].items()}
        return cls(level, series, datetime.fromisoformat(source["at"]), parts)


def _later(one: Summary, other: Summary) -> Summary:
    """Who has counted more; of what should be equal then, whichever, so long as it is always the same one."""
    if one.count != other.count:
        return one if one.count > other.count else other
    return one if one == other else max(one, other, key=lambda each: orjson.dumps(each.packed()))
