"""The grammar. Its terminals look around them, so that punctuation within plain words stays part of them."""

from lark import Lark

GRAMMAR = r"""
start: either
?either: both (OR both)*
?both: run (AND run)*
?run: unary+
?unary: (MINUS | NOT) unary       -> negated
      | OPEN either CLOSE         -> group
      | FIELD OPERATOR values     -> condition
      | STRING                    -> phrase
      | WORD                      -> word
values: value (COMMA value)*
      | value DOTS value          -> between
      | value OPEN_END            -> at_least
      | DOTS value                -> at_most
?value: VALUE | STRING

AND.4: /AND(?![^\s()"“])/
OR.4: /OR(?![^\s()"“])/
NOT.4: /NOT(?![^\s()"“])/
MINUS.4: /-(?=[^\s)])/
OPEN.4: "("
CLOSE.4: ")"
FIELD.3: /[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*(?=\s*(!=|[:=<>]))/
OPERATOR.3: /:?(>=|<=|!=|[=<>])|:/
STRING.3: /"([^"\\]|\\.)*"|“[^”]*”/s
OPEN_END.3: /(?<!\s)\.\.(?=[\s)]|$)/
DOTS.2: ".."
COMMA.2: ","
VALUE.1: /((?!\.\.)[^\s(),"“:=<>])((?!\.\.)[^\s(),])*/
WORD.1: /(?!(AND|OR|NOT)(?![^\s()"“]))[^\s()"“:=<>][^\s()]*/

%ignore /\s+/
"""

PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)
