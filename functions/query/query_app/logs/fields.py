"""What can be asked of log entries in the query language."""

from dataclasses import dataclass

from common.logs.levels import LEVELS
from query_app.language.errors import quoted, unexpected
from query_app.language.fields import Asked, Choice, Exact, Schema, Text, Value
from query_app.language.ordered import Instant
from query_app.language.tree import In, Node

_ALL_WORDS = {"operator": "and"}
"""Who looks through a log knows the words, and wants no others."""


@dataclass(frozen=True)
class Ranked(Choice):
    """One of values that stand in an order, from the least on."""

    def between(self, asked: Asked, low: Value | None, high: Value | None) -> Node:
        """Both ends included."""
        first, last = self._rank(low) if low else 0, self._rank(high) if high else len(self.allowed) - 1
        if low and high and first > last:
            raise unexpected(low.column, "a range from low to high", quoted(f"{low.text}..{high.text}"))
        return self._some(asked, first, last + 1)

    def compared(self, asked: Asked, value: Value) -> Node:
        """More or less than the value."""
        rank = self._rank(value)
        match asked.operator:
            case ">=":
                return self._some(asked, rank, None)
            case ">":
                return self._some(asked, rank + 1, None)
            case "<=":
                return self._some(asked, 0, rank + 1)
            case _:
                return self._some(asked, 0, rank)

    def _rank(self, value: Value) -> int:
        return self.allowed.index(self._known(value))

    def _some(self, asked: Asked, first: int, end: int | None) -> Node:
        return In(asked.name, tuple(sorted(self.allowed[first:end])))


LOGS = Schema(
    fields={
        "level": Ranked("level", allowed=LEVELS),
        "service": Exact("service"),
        "host": Exact("host"),
        "time": Instant("timestamp"),
        "trace": Exact("traceId"),
        "correlation": Exact("correlationId"),
        "id": Exact("entryId"),
        "message": Text("message", _ALL_WORDS),
        "stack": Text("stackTrace", _ALL_WORDS),
    },
    families={"attributes": lambda path: Exact(f"attributes.{path}")},
    text=("message", "stackTrace"),
    words=_ALL_WORDS,
)
