"""What is wrong with a text, where, and what was expected there, in the words of who typed it."""

from collections.abc import Iterable
from difflib import get_close_matches

from common.errors import NotUnderstood

_SHOWN = 40
IN_QUOTES = "to search for these characters themselves, put them in quotes"


def unexpected(column: int, expected: str, found: str, hint: str = "") -> NotUnderstood:
    """The error of a text; columns count its characters from 1."""
    shown = found if len(found) <= _SHOWN else found[: _SHOWN - 1] + "…"
    return NotUnderstood(column, f"expected {expected}, found {shown}" + (f": {hint}" if hint else ""))


def quoted(text: str) -> str:
    """A text as it stands in a message."""
    return f'"{text}"'


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """A question for the nearest known word, or nothing."""
    near = {each.lower(): each for each in known}
    close = get_close_matches(found.lower(), list(near), n=1, cutoff=0.65)
    return f"did you mean {near[close[0]]}?" if close else ""
