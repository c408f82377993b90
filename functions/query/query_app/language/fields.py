"""The fields that a context may declare: how each kind reads what is typed, and its clause in OpenSearch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from query_app.language.errors import did_you_mean, quoted, unexpected
from query_app.language.tree import In, Leaf, Node, Phrase, Words, disjunction

Json = dict[str, Any]
Scope = Mapping[str, tuple[str, ...]]
"""What the values of some fields can only be where a clause stands."""
Asking = TypeVar("Asking", bound=Leaf)


@dataclass(frozen=True)
class Value:
    """What stands behind an operator."""

    text: str
    column: int
    quoted: bool = False


@dataclass(frozen=True)
class Asked:
    """The name of the field, the operator with its column, and the minute that it is now."""

    name: str
    operator: str
    column: int
    minute: datetime


class Field(ABC, Generic[Asking]):
    """How one kind of field reads what is typed, and asks OpenSearch for it. Reading raises NotUnderstood."""

    @abstractmethod
    def one_of(self, asked: Asked, values: list[Value]) -> Node:
        """`field:a,b`."""

    def between(self, asked: Asked, low: Value | None, high: Value | None) -> Node:
        """`field:a..b`, with None for an open end."""
        shown = f"{low.text if low else ''}..{high.text if high else ''}"
        raise unexpected(asked.column, "no range", quoted(shown), f'to find just that, write {asked.name}:"{shown}"')

    def compared(self, asked: Asked, value: Value) -> Node:
        """`field>=a`."""
        hint = f"{asked.name} has no order, write {asked.name}:{value.text}"
        raise unexpected(asked.column, "a colon", quoted(asked.operator), hint)

    @abstractmethod
    def clause(self, leaf: Asking, scope: Scope) -> Json:
        """What finds it, in a filter or scored."""


@dataclass(frozen=True)
class Exact(Field[In]):
    """Is one of the values, as they are written. `prefix` stands before each in the index, where none is longer."""

    index: str
    prefix: str = ""
    max_length: int = 1_000

    def one_of(self, asked: Asked, values: list[Value]) -> Node:
        """Any of the values."""
        for value in values:
            if len(value.text) > self.max_length:
                expected = f"at most {self.max_length} characters, as far as {asked.name} can be searched"
                raise unexpected(value.column, expected, f"{len(value.text)}")
        return In(asked.name, tuple(sorted({self._known(value) for value in values})))

    def clause(self, leaf: In, scope: Scope) -> Json:  # noqa: ARG002
        """`terms`."""
        return {"terms": {self.index: [f"{self.prefix}{value}" for value in leaf.values]}}

    def _known(self, value: Value) -> str:
        return value.text


@dataclass(frozen=True)
class Choice(Exact):
    """Is one of the allowed values, in any case; who types another is told them, or `example` where they are many."""

    allowed: tuple[str, ...] = ()
    example: str = ""

    def _known(self, value: Value) -> str:
        for each in self.allowed:
            if each.lower() == value.text.lower():
                return each
        expected = self.example or f"one of {', '.join(self.allowed)}"
        raise unexpected(value.column, expected, quoted(value.text), did_you_mean(value.text, self.allowed))


FORGIVING: Mapping[str, str] = {"fuzziness": "AUTO"}
"""Any of the words will do, typos forgiven."""


@dataclass(frozen=True)
class Text(Field[Words | Phrase]):
    """Has the words, in the way that OpenSearch is told by `words`, or the quoted phrase."""

    index: str
    words: Mapping[str, str] = field(default_factory=lambda: FORGIVING)

    def one_of(self, asked: Asked, values: list[Value]) -> Node:
        """Any of the words and phrases."""
        return disjunction(
            phrase(value, asked.name) if value.quoted else Words(value.text, asked.name) for value in values
        )

    def clause(self, leaf: Words | Phrase, scope: Scope) -> Json:  # noqa: ARG002
        """`match` or `match_phrase`."""
        if isinstance(leaf, Phrase):
            return {"match_phrase": {self.index: {"query": leaf.text}}}
        return {"match": {self.index: {"query": leaf.text, **self.words}}}


@dataclass(frozen=True, eq=False)
class Schema:
    """A context's fields by name, and `families` of fields by what stands before the first dot of their names.

    `text` are the fields of the index that free text is looked for in, with their weights: `description^2`, and `words`
    how it is.
    """

    fields: Mapping[str, Field[Any]]
    families: Mapping[str, Callable[[str], Field[Any]]]
    text: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=lambda: FORGIVING)

    def named(self, name: str) -> str | None:
        """The canonical name of a field, or None for what is none."""
        if name.lower() in self.fields:
            return name.lower()
        family, _, key = name.partition(".")
        return f"{family.lower()}.{key}" if key and family.lower() in self.families else None

    def field(self, name: str) -> Field[Any]:
        """The field of a canonical name."""
        family, _, key = name.partition(".")
        return self.families[family](key) if key else self.fields[name]

    def names(self) -> Iterable[str]:
        """As they are told to who types another."""
        return [*self.fields, *(f"{family}.KEY" for family in self.families)]


def phrase(value: Value, field: str | None) -> Phrase:
    """A quoted text. Raises NotUnderstood for one without words."""
    text = " ".join(value.text.split())
    if not text:
        raise unexpected(value.column, "some text between the quotes", "nothing")
    return Phrase(text, field)
