"""Other people's text on a terminal: it may not move the cursor, change colours, or turn its neighbours around."""

import unicodedata

from rich.cells import cell_len

_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def shown(text: str) -> str:
    """The text in one line; what would steer the terminal is a replacement character, right-to-left stays its own."""
    plain = "".join(_visible(character) for character in text)
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in plain):
        return f"{_ISOLATE}{plain}{_END}"
    return plain


def cells(text: str) -> int:
    """How many columns of a terminal it takes."""
    return cell_len(text)


def _visible(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if character in _STEERING or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
        return "\N{REPLACEMENT CHARACTER}"
    return character
