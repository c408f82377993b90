"""A point as callers send it and as packs carry it."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from common.domain.instants import iso
from common.domain.model import Timestamp
from common.metrics.series import Kind, Series
from common.metrics.sketch import LARGEST
from common.metrics.summary import Number, Summary, number

MAX_DIMENSIONS = 10
MAX_VALUES = 1_000
MAX_BUCKETS = 400

_KEY = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"


def _number(value: object) -> Number:
    if not isinstance(value, int | float) or isinstance(value, bool) or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"must be a number between -{LARGEST:g} and {LARGEST:g}")
    return number(value)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must not have control characters")
    return text


Value = Annotated[Number, PlainValidator(_number), WithJsonSchema({"type": "number"})]
Count = Annotated[StrictInt, Field(ge=0, lt=2**32)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=256), AfterValidator(_printable)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.:/-]*$", max_length=255)]
Unit = Annotated[str, StringConstraints(max_length=63), AfterValidator(_printable)]
DimensionKey = Annotated[str, StringConstraints(pattern=_KEY, max_length=100)]


class _Posted(BaseModel):
    """Unknown fields are refused: a misspelt one would be lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Buckets(_Posted):
    """Values that were counted: `counts[i]` of them up to `bounds[i]`, and the last of `counts` above all bounds."""

    bounds: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MAX_BUCKETS)]
    counts: Annotated[tuple[Count, ...], Field(min_length=2, max_length=MAX_BUCKETS + 1)]
    sum: Value
    min: Value | None = None
    max: Value | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Buckets":
        if len(self.counts) != len(self.bounds) + 1:
            raise ValueError("counts must have one number more than bounds")
        if list(self.bounds) != sorted(set(self.bounds)):
            raise ValueError("bounds must ascend")
        if not any(self.counts):
            raise ValueError("counts must have a number above zero")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min must not be above max")
        return self


class Point(_Posted):
    """A counter's or gauge's `value`, or a histogram's `values` or `buckets`, at an instant."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_printable)] | None = None
    name: Name
    type: Kind
    timestamp: Timestamp
    value: Value | None = None
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MAX_VALUES)] | None = None
    buckets: Buckets | None = None
    unit: Unit = ""
    dimensions: Annotated[dict[DimensionKey, Text], Field(max_length=MAX_DIMENSIONS)] = {}

    @model_validator(mode="after")
    def _has_its_values(self) -> "Point":
        given = [name for name in ("value", "values", "buckets") if getattr(self, name) is not None]
        takes = ("values", "buckets") if self.type is Kind.HISTOGRAM else ("value",)
        if len(given) != 1 or given[0] not in takes:
            raise ValueError(f"a {self.type} has {' or '.join(takes)}, and nothing else")
        if self.type is Kind.COUNTER and self.value is not None and self.value < 0:
            raise ValueError("a counter's value is what came to it, and not below zero: send a gauge")
        return self

    def series(self, organization_id: str) -> Series:
        """What it belongs to."""
        return Series.of(organization_id, self.name, self.type, self.unit, self.dimensions)

    def summary(self) -> Summary:
        """What it says of its values."""
        if self.buckets is None:
            return Summary.of(self._values)
        of = self.buckets
        return Summary.of_histogram(of.bounds, of.counts, of.sum, (of.min, of.max))

    @property
    def key(self) -> str:
        """Names it within its series and minute. The same id with other values is another point: no order decides."""
        values = self.buckets.model_dump() if self.buckets else self._values
        told = orjson.dumps([self.id, iso(self.timestamp), values], option=orjson.OPT_SORT_KEYS)
        return urlsafe_b64encode(sha256(told).digest()[:12]).decode()

    @property
    def _values(self) -> Sequence[Number]:
        return self.values if self.values is not None else () if self.value is None else (self.value,)
