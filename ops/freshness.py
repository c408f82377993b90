"""`python -m ops freshness`: how far the read side is behind the write side."""

import argparse
from collections.abc import Iterator, Mapping

import orjson
from rich.console import Console
from rich.table import Table

from common.domain.instants import now
from ops.target import settings_of
from query_app.service.wiring import freshness_of


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`freshness`."""
    parser = subjects.add_parser("freshness", help="queue, dead letters, outbox and projection lag")
    parser.add_argument("--organization", default="-", help="tell this organization's projection too")
    parser.add_argument("--json", action="store_true", help="as GET /v1/freshness answers it")
    parser.set_defaults(run=report)


def report(options: argparse.Namespace) -> int:
    """Print the report; exit code 1 if a part could not be measured."""
    measured = freshness_of(settings_of(options.stack)).report(options.organization, now())
    if options.json:
        print(orjson.dumps(measured, option=orjson.OPT_INDENT_2).decode())
    else:
        table = Table(show_header=False)
        for name, value in _flat(measured):
            table.add_row(name, "-" if value is None else str(value))
        Console().print(table)
    return 1 if measured["unavailable"] else 0


def _flat(report: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The figures, their names joined by points."""
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
