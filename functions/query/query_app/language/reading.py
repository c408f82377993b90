"""From what is typed to the tree."""

from datetime import datetime
from functools import lru_cache

from query_app.language.errors import unexpected
from query_app.language.fields import Schema
from query_app.language.tree import EVERYTHING, Node

MAX_LENGTH = 1_000


def parse(text: str, now: datetime, schema: Schema) -> Node:
    """The tree of a text; EVERYTHING for one without anything in it. Raises NotUnderstood."""
    if len(text) > MAX_LENGTH:
        raise unexpected(MAX_LENGTH + 1, f"at most {MAX_LENGTH} characters", f"{len(text)}")
    unreadable = next((at for at, each in enumerate(text) if "\ud800" <= each <= "\udfff"), None)
    if unreadable is not None:
        raise unexpected(unreadable + 1, "a character", "half of one")
    if not text.strip():
        return EVERYTHING
    return _parsed(text, now.replace(second=0, microsecond=0), schema)


@lru_cache(maxsize=256)
def _parsed(text: str, minute: datetime, schema: Schema) -> Node:
    from query_app.language.parser import read  # noqa: PLC0415  # a cold start without a text does not pay for it

    return read(text, minute, schema)
