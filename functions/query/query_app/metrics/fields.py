"""What can be asked of series in the query language."""

from datetime import datetime

from common.errors import FieldError, Invalid
from common.metrics.series import Kind
from query_app.language.fields import Choice, Exact, Schema
from query_app.language.reading import parse
from query_app.language.tree import EVERYTHING, Node, leaves

METRICS = Schema(
    fields={"type": Choice("type", allowed=tuple(Kind)), "unit": Exact("unit")},
    families={"dimension": lambda key: Exact("dimensions", f"{key}=")},
    text=(),
)


def condition(text: str | None, at: datetime) -> Node:
    """What series must be like. Raises NotUnderstood, and Invalid for words, of which a series has none."""
    found = parse(text, at, METRICS) if text else EVERYTHING
    if any(leaf.field is None for leaf in leaves(found)):
        advice = "takes conditions, such as dimension.host:web-1, and no words"
        raise Invalid("A series has no text.", [FieldError("q", advice)])
    return found
