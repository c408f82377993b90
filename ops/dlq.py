"""`python -m ops dlq`: look at dead letters, send them back, or delete them."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import boto3
import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from common.engines.dead_letters import DeadLetter
from operations_app.redrive import DeadLetterQueue, Selection
from ops.target import settings_of

ID_CHARACTERS = 8
"""Of a message id, as lists show them."""


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`dlq list|show|redrive|purge`."""
    actions = subjects.add_parser("dlq", help="the dead letters").add_subparsers(required=True)
    listing = actions.add_parser("list", help="a line each, oldest first")
    listing.add_argument("--json", action="store_true", help="JSON lines")
    showing = actions.add_parser("show", help="one whole letter")
    showing.add_argument("id", type=_id, help="its message id, or the beginning of it")
    redriving = actions.add_parser("redrive", help="send back to the event queue, an aggregate's versions in order")
    purging = actions.add_parser("purge", help="delete for good; the events themselves stay in the table")
    purging.add_argument("--yes", action="store_true", help="do not ask")
    for action in (listing, redriving, purging):
        action.add_argument("--type", help="only events of this type, such as PaymentRefunded")
        action.add_argument("--organization", help="only this organization's")
    for action in (redriving, purging):
        action.add_argument("--id", type=_id, help="only this message")
    listing.set_defaults(run=list_letters, id=None)
    showing.set_defaults(run=show, type=None, organization=None)
    redriving.set_defaults(run=redrive)
    purging.set_defaults(run=purge)


def list_letters(options: argparse.Namespace) -> int:
    """Print what is there; nobody's letter is lost or hidden by it."""
    with _chosen(options) as (queue, chosen):
        letters = sorted(chosen, key=lambda letter: letter.sent_at)
        total = queue.count()
    if options.json:
        for letter in letters:
            print(orjson.dumps(_row(letter)).decode())
        return 0
    table = Table(title=f"{len(letters)} of {total} dead letters")
    for column in ("id", "reason", "age", "type", "organization", "aggregate", "version", "receives"):
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    for letter in letters:
        cells = _row(letter) | {"messageId": letter.message_id[:ID_CHARACTERS], "sentAt": _age(letter)}
        table.add_row(*("-" if value is None else escape(str(value)) for value in cells.values()))
    Console().print(table)
    return 0


def show(options: argparse.Namespace) -> int:
    """Print one letter, its body included."""
    with _chosen(options) as (_, letters):
        if len(letters) != 1:
            print(f"{len(letters)} dead letters have an id that begins with {options.id}")
            return 1
        [letter] = letters
    print(orjson.dumps(_row(letter), option=orjson.OPT_INDENT_2).decode())
    try:
        print(orjson.dumps(orjson.loads(letter.body), option=orjson.OPT_INDENT_2).decode())
    except orjson.JSONDecodeError:
        print(letter.body)
    return 0


def redrive(options: argparse.Namespace) -> int:
    """Send letters back; exit code 1 if the event queue did not take some."""
    with _chosen(options) as (queue, letters):
        redriven = queue.redrive(letters)
    print(f"{redriven.sent} sent back to the event queue")
    for letter in redriven.kept:
        print(f"not taken, and kept: {letter.message_id}")
    return 1 if redriven.kept else 0


def purge(options: argparse.Namespace) -> int:
    """Delete letters, once a person has said so."""
    with _chosen(options) as (queue, letters):
        if letters and not options.yes:
            print(f"Delete {len(letters)} dead letters for good? Type yes: ", end="", flush=True)
            if sys.stdin.readline().strip() != "yes":
                print("nothing deleted")
                return 1
        queue.delete(letters)
    print(f"{len(letters)} deleted")
    return 0


@contextmanager
def _chosen(options: argparse.Namespace) -> Iterator[tuple[DeadLetterQueue, list[DeadLetter]]]:
    settings = settings_of(options.stack).require("dlq_url", "queue_url")
    queue = DeadLetterQueue(boto3.client("sqs"), settings.dlq_url, settings.queue_url)
    with queue.leased() as letters:
        yield queue, Selection(options.type, options.organization, options.id).of(letters)


def _row(letter: DeadLetter) -> dict[str, object]:
    return {
        "messageId": letter.message_id,
        "reason": letter.reason,
        "sentAt": letter.sent_at.isoformat(timespec="milliseconds"),
        "type": letter.type,
        "organizationId": letter.organization_id,
        "aggregateId": letter.aggregate_id,
        "version": letter.version,
        "receives": letter.receives,
    }


def _id(text: str) -> str:
    """Long enough to be no other message's by accident."""
    if len(text) < ID_CHARACTERS:
        raise argparse.ArgumentTypeError(f"needs the first {ID_CHARACTERS} characters of a message id at least")
    return text


def _age(letter: DeadLetter) -> str:
    """Days, hours and minutes, to the second."""
    age = datetime.now(UTC) - letter.sent_at
    return str(age).partition(".")[0]
