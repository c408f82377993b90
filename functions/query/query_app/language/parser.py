"""Reads a text by the grammar. Imported at the first text, since the import builds the parser."""

import re
from datetime import datetime

from lark import Token, Tree
from lark.exceptions import UnexpectedInput
from lark.visitors import Interpreter

from query_app.language.errors import did_you_mean, quoted, unexpected
from query_app.language.fields import Asked, Schema, Value, phrase
from query_app.language.grammar import PARSER
from query_app.language.misreading import explained
from query_app.language.tree import Node, Words, conjunction, disjunction, negation

Part = Tree[Token]

MAX_DEPTH = 10
MAX_CONDITIONS = 100

_NO_LIST = "lists and ranges take a colon, amounts no thousands separator"
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read(text: str, minute: datetime, schema: Schema) -> Node:
    """The tree of a text. Raises NotUnderstood."""
    try:
        typed = PARSER.parse(text)
    except UnexpectedInput as error:
        raise explained(text, error) from None
    return _Reader(schema, minute).visit(typed)


class _Reader(Interpreter[Token, Node]):
    """Reads one text: a method for each rule of the grammar."""

    def __init__(self, schema: Schema, minute: datetime) -> None:
        self._schema = schema
        self._minute = minute
        self._depth = 0
        self._conditions = 0

    def start(self, part: Part) -> Node:
        return self.visit(_parts(part)[0])

    def either(self, part: Part) -> Node:
        return disjunction(self.visit(each) for each in _parts(part))

    def both(self, part: Part) -> Node:
        return conjunction(self.visit(each) for each in _parts(part))

    def run(self, part: Part) -> Node:
        """Words side by side are one free text, wherever in the run they stand; all the rest must be so as well."""
        words = [self._value(_tokens(each)[0]).text for each in _parts(part) if each.data == "word"]
        others = [self.visit(each) for each in _parts(part) if each.data != "word"]
        return conjunction([*others, Words(" ".join(words))] if words else others)

    def group(self, part: Part) -> Node:
        if self._depth == MAX_DEPTH:
            expected = f"brackets and negations at most {MAX_DEPTH} deep"
            raise unexpected(_column(_tokens(part)[0]), expected, "one more")
        self._depth += 1
        inner = self.visit(_parts(part)[0])
        self._depth -= 1
        return inner

    def negated(self, part: Part) -> Node:
        return negation(self.group(part))

    def word(self, part: Part) -> Node:
        return Words(self._value(_tokens(part)[0]).text)

    def phrase(self, part: Part) -> Node:
        return phrase(self._value(_tokens(part)[0]), None)

    def condition(self, part: Part) -> Node:
        name, operator = _tokens(part)
        (values,) = _parts(part)
        known = self._schema.named(name)
        if known is None:
            raise _no_field(name, operator, list(self._schema.names()))
        sign = operator if operator == ":" else operator.removeprefix(":")
        asked = Asked(known, sign, _column(operator), self._minute)
        if sign in (":", "="):
            return self._equal(asked, values)
        if sign == "!=":
            return negation(self._equal(asked, values))
        (first, *more) = _tokens(values)
        if values.data == "at_most" or more:
            spare = first if values.data == "at_most" else more[0]
            raise unexpected(_column(spare), f"one value after {sign}", quoted(spare), _NO_LIST)
        return self._schema.field(known).compared(asked, self._value(first))

    def _equal(self, asked: Asked, values: Part) -> Node:
        field = self._schema.field(asked.name)
        found = [self._value(each) for each in _tokens(values) if each.type in ("VALUE", "STRING")]
        node: Node
        match values.data:
            case "between":
                node = field.between(asked, *found)
            case "at_least":
                node = field.between(asked, found[0], None)
            case "at_most":
                node = field.between(asked, None, found[0])
            case _:
                node = field.one_of(asked, found)
        return node

    def _value(self, token: Token) -> Value:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise unexpected(_column(token), f"at most {MAX_CONDITIONS} words and values", "one more")
        if token.type != "STRING":
            return Value(str(token), _column(token))
        inner = token[1:-1]
        return Value(_ESCAPED.sub(r"\1", inner) if token[0] == '"' else inner, _column(token), quoted=True)


def _no_field(name: Token, operator: Token, names: list[str]) -> Exception:
    hint = did_you_mean(name, names) or f'put the text in quotes if "{operator}" is part of it'
    return unexpected(_column(name), f"a field ({', '.join(names)})", quoted(name), hint)


def _parts(part: Part) -> list[Part]:
    return [each for each in part.children if isinstance(each, Tree)]


def _tokens(part: Part) -> list[Token]:
    return [each for each in part.children if isinstance(each, Token)]


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1
