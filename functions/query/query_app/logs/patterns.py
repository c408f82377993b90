"""Messages grouped by what they say, but for the values in them: Drain.

P. He, J. Zhu, Z. Zheng and M. Lyu, "Drain: An online log parsing approach with fixed depth tree", ICWS 2017. Written
down here rather than taken from its library, which docs/adr/0022 explains; a test holds both together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

ANY = "<*>"
"""Stands for a value."""
_DEPTH = 1
"""Words that messages of one group begin with."""
_SIMILAR = 0.4
"""Of the words of a message, that a group has in the same places."""
_CHILDREN = 100
_WORDS = 100
"""Of a message; what is behind them tells groups apart no more."""


@dataclass
class Group:
    """Messages of one template."""

    words: tuple[str, ...]
    members: list[int] = field(default_factory=list)
    """Their places among all."""

    @property
    def template(self) -> str:
        """What they say."""
        return " ".join(self.words)


@dataclass
class _Node:
    children: "dict[str, _Node]" = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)


def grouped(messages: Iterable[str]) -> Sequence[Group]:
    """The groups, the largest first. Each message is in one of them."""
    lengths: dict[int, _Node] = {}
    groups: list[Group] = []
    for place, message in enumerate(messages):
        words = tuple(message.split()[:_WORDS])
        root = lengths.setdefault(len(words), _Node())
        group = _nearest(_found(root, words), words)
        if group is None:
            group = Group(words)
            _made(root, words).groups.append(group)
            groups.append(group)
        else:
            group.words = tuple(
                mine if mine == theirs else ANY for mine, theirs in zip(group.words, words, strict=True)
            )
        group.members.append(place)
    return sorted(groups, key=lambda each: (-len(each.members), each.words))


def _found(node: _Node, words: Sequence[str]) -> Sequence[Group]:
    """The groups of messages that begin alike."""
    for word in _beginning(words):
        child = node.children.get(word) or node.children.get(ANY)
        if child is None:
            return ()
        node = child
    return node.groups


def _made(node: _Node, words: Sequence[str]) -> _Node:
    """Where a new group belongs. A word with a digit in it is a value, and so is one of too many."""
    for word in _beginning(words):
        full = len(node.children) + (ANY not in node.children) >= _CHILDREN
        known = word in node.children or not (full or _is_value(word))
        node = node.children.setdefault(word if known else ANY, _Node())
    return node


def _beginning(words: Sequence[str]) -> Sequence[str]:
    return words[: min(_DEPTH, len(words) - 1)] if words else ()


def _nearest(groups: Sequence[Group], words: Sequence[str]) -> Group | None:
    """The group with the most of the words in the same places, if these are enough; of equals the more general one."""
    best = max(groups, key=lambda group: _likeness(group.words, words), default=None)
    return best if best and _likeness(best.words, words)[0] >= _SIMILAR * len(words) else None


def _likeness(template: Sequence[str], words: Sequence[str]) -> tuple[int, int]:
    alike = sum(mine == theirs for mine, theirs in zip(template, words, strict=True) if mine != ANY)
    return alike, template.count(ANY)


def _is_value(word: str) -> bool:
    return any(character.isdigit() for character in word)
