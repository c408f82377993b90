"""Payments as lines of a file: pure."""

import csv
import io
from collections.abc import Sequence
from typing import Protocol

import orjson

from query_app.payments.answers import IndexedPayment
from query_app.payments.exports.job import Format
from query_app.payments.ports import Document

COLUMNS = tuple(field.alias or name for name, field in IndexedPayment.model_fields.items() if name != "deleted")
"""Of a CSV without `fields`, in this order."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Writer(Protocol):
    """One format, for one choice of fields."""

    content_type: str

    def head(self) -> bytes:
        """What stands before the first payment."""

    def lines(self, documents: Sequence[Document]) -> bytes:
        """The payments, a line each."""


class NdjsonWriter:
    """Documents as the search answers them."""

    content_type = "application/x-ndjson"

    def head(self) -> bytes:
        """Nothing."""
        return b""

    def lines(self, documents: Sequence[Document]) -> bytes:
        """A JSON object and a line feed each."""
        return b"".join(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE) for document in documents)


class CsvWriter:
    """RFC 4180 in UTF-8: a header, commas, CRLF, quotes where they are needed.

    Objects are JSON; what is not there is empty. A text that a spreadsheet would take for a formula gets an apostrophe
    before it, as spreadsheets have it.
    """

    content_type = "text/csv; charset=utf-8; header=present"

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def head(self) -> bytes:
        """The names of the columns."""
        return _rows([self._columns])

    def lines(self, documents: Sequence[Document]) -> bytes:
        """A row each."""
        return _rows([[_cell(document.get(column)) for column in self._columns] for document in documents])


def writer(wanted: Format, fields: Sequence[str]) -> Writer:
    """The writer of a job."""
    return CsvWriter(fields or COLUMNS) if wanted is Format.CSV else NdjsonWriter()


def _rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text
