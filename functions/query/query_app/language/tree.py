"""What was asked for, as a frozen tree in one canonical form: equal questions make equal trees, and equal digests.

Build trees by `conjunction`, `disjunction` and `negation`, which keep the form: nothing nested in its own kind, no
double negation, no part twice, parts in one order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Words:
    """Any of the words, typos forgiven, who has all first; in one field, or wherever free text is looked for."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """These words one after the other, as they are spelt."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class In:
    """The field is one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """One end of a range."""

    value: str
    inclusive: bool


@dataclass(frozen=True)
class Range:
    """The field lies between the bounds; None is no bound. Something without the field lies in no range."""

    field: str
    lower: Bound | None
    upper: Bound | None


@dataclass(frozen=True)
class And:
    """All of the parts; without any, everything."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Or:
    """At least one of the parts; without any, nothing."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Not:
    """Whatever the part does not find."""

    part: "Node"


Leaf = Words | Phrase | In | Range
Node = Leaf | And | Or | Not

EVERYTHING = And(())
NOTHING = Or(())


def conjunction(parts: Iterable[Node]) -> Node:
    """All of these."""
    flat = {inner: None for part in parts for inner in (part.parts if isinstance(part, And) else (part,))}
    if NOTHING in flat:
        return NOTHING
    flat = dict.fromkeys(_ranges_joined(flat))
    return And(_ordered(flat)) if len(flat) != 1 else next(iter(flat))


def disjunction(parts: Iterable[Node]) -> Node:
    """At least one of these; values of one field are put together."""
    flat: dict[Node, None] = {}
    values: dict[str, set[str]] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, Or) else (part,):
            if isinstance(inner, In):
                values.setdefault(inner.field, set()).update(inner.values)
            else:
                flat[inner] = None
    flat |= {In(field, tuple(sorted(of))): None for field, of in values.items()}
    if EVERYTHING in flat:
        return EVERYTHING
    return Or(_ordered(flat)) if len(flat) != 1 else next(iter(flat))


def negation(part: Node) -> Node:
    """Whatever is not this."""
    if isinstance(part, Not):
        return part.part
    if part in (EVERYTHING, NOTHING):
        return NOTHING if part == EVERYTHING else EVERYTHING
    return Not(part)


def leaves(node: Node) -> Iterator[Leaf]:
    """Every condition in it, whatever is made of them."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield node


def wanted(node: Node) -> Iterator[Leaf]:
    """Every condition that helps to match: none of what is negated."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted(part)
        case Not():
            return
        case _:
            yield node


def about(node: Node, field: str) -> Node:
    """Of what must be so, all that is about nothing but this field."""
    return conjunction(part for part in _musts(node) if _only_about(part, field))


def without(node: Node, field: str) -> Node:
    """Of what must be so, all that `about` leaves."""
    return conjunction(part for part in _musts(node) if not _only_about(part, field))


def respelt(node: Node, spell: Callable[[str], str]) -> Node:
    """The same with other words."""
    match node:
        case And(parts):
            return conjunction(respelt(part, spell) for part in parts)
        case Or(parts):
            return disjunction(respelt(part, spell) for part in parts)
        case Not(part):
            return negation(respelt(part, spell))
        case Words() | Phrase():
            return replace(node, text=spell(node.text))
        case _:
            return node


def _musts(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, And) else (node,)


def _ranges_joined(parts: Iterable[Node]) -> Iterator[Node]:
    """One range of one from somewhere on and one up to somewhere, of a field that has no other."""
    halves: dict[str, list[Range]] = {}
    for part in parts:
        if isinstance(part, Range):
            halves.setdefault(part.field, []).append(part)
        else:
            yield part
    for field, ranges in halves.items():
        lower, upper = ([each for each in ranges if getattr(each, end)] for end in ("lower", "upper"))
        if len(ranges) == 2 and len(lower) == len(upper) == 1:
            yield Range(field, lower[0].lower, upper[0].upper)
        else:
            yield from ranges


def _only_about(node: Node, field: str) -> bool:
    found = list(leaves(node))
    return bool(found) and all(leaf.field == field for leaf in found)


def _ordered(parts: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(parts, key=repr))
