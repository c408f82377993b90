"""A tree as it would be typed: `parse(printed(tree)) == tree`."""

import re

from query_app.language.tree import And, Bound, In, Node, Not, Or, Phrase, Range, Words

_PLAIN = re.compile(r"\w+(?:[@.+-]\w+)*")


def printed(node: Node) -> str:
    """The text of a tree that was parsed."""
    match node:
        case And(parts) | Or(parts):
            return (" AND " if isinstance(node, And) else " OR ").join(_operand(part) for part in parts)
        case Not(part):
            return f"NOT {_operand(part)}"
        case Words(text, field) | Phrase(text, field):
            return (f"{field}:" if field else "") + (text if isinstance(node, Words) else _quoted(text))
        case In(field, values):
            return f"{field}:{','.join(each if _PLAIN.fullmatch(each) else _quoted(each) for each in values)}"
        case Range(field, lower, upper):
            return " AND ".join([*_comparison(field, ">", lower), *_comparison(field, "<", upper)])


def _operand(node: Node) -> str:
    """In brackets, unless it is one thing."""
    one = isinstance(node, In | Phrase | Not) or (isinstance(node, Words) and " " not in node.text)
    return printed(node) if one else f"({printed(node)})"


def _comparison(field: str, sign: str, bound: Bound | None) -> list[str]:
    return [f"{field}{sign}{'=' if bound.inclusive else ''}{bound.value}"] if bound else []


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
