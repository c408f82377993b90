"""Where the grammar stops to understand a text: what was expected there, in the words of who typed it."""

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from common.errors import NotUnderstood
from query_app.language.errors import IN_QUOTES, quoted, unexpected

_END = "the end of the text"
_SOMETHING = "something to search for (a word, a quoted phrase or field:value)"
_ASKS_FOR_MORE = ("AND", "OR", "NOT", "MINUS", "OPEN")


def explained(text: str, error: UnexpectedInput) -> NotUnderstood:
    """The error as we tell it."""
    if isinstance(error, UnexpectedToken):
        return _at_token(text, error)
    start = error.pos_in_stream or 0
    if text[start] in '"“':
        return unexpected(start + 1, "another quote that closes this one", _END)
    return unexpected(start + 1, _SOMETHING, quoted(text[start]), IN_QUOTES)


def _at_token(text: str, error: UnexpectedToken) -> NotUnderstood:
    token = error.token
    at_end = token.type == "$END"
    column = len(text) + 1 if at_end else (token.start_pos or 0) + 1
    found = _END if at_end else quoted(token)
    read = error.interactive_parser.parser_state.value_stack
    before = read[-1] if read and isinstance(read[-1], Token) else Token("NOTHING", "")
    if "VALUE" in error.accepts:
        hint = "write values without brackets, separated by commas" if token.type == "OPEN" else ""
        return unexpected(column, f"a value after {quoted(before)}", found, hint)
    if token.type == "OPERATOR":
        return unexpected(column, f"a field before {quoted(token)}", found, IN_QUOTES)
    if before.type in _ASKS_FOR_MORE or not read:
        hint = IN_QUOTES if token.type in ("AND", "OR") else ""
        return unexpected(column, f"{_SOMETHING} after {quoted(before)}" if before else _SOMETHING, found, hint)
    if at_end:
        opened = [each for each in read if isinstance(each, Token) and each.type == "OPEN"]
        return unexpected(column, f"a closing bracket for the one at column {(opened[-1].start_pos or 0) + 1}", found)
    if token.type == "CLOSE":
        return unexpected(column, "an opening bracket before this one", found, IN_QUOTES)
    return unexpected(column, "a space and the next thing to search for", found, IN_QUOTES)
