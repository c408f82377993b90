"""Texts as nobody would type them, made of what means something to the query language."""

from collections.abc import Iterator
from random import Random

_PIECES = [*'()"“”:=<>!-.,\\ ', "..", " ", " ", "AND", "OR", "NOT", "status:", "amount", "processed>=", "now-", "7d"]
_PIECES += [
    "failed",
    "10",
    "2011-01",
    "tag:",
    "metadata.a:",
    "currency:eur",
    "id:",
    "\x00",
    "\u2028",
    "é",
    "🎁",
    "\ud83c",
    "mug",
]


def random_texts(count: int) -> Iterator[str]:
    """The same ones each time."""
    chance = Random(2011)  # noqa: S311
    for _ in range(count):
        yield "".join(chance.choices(_PIECES, k=chance.randint(1, 20)))
