"""`python -m ops audit`: who erased what."""

import argparse
from collections.abc import Iterator

import boto3
import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from common.engines.table import ERASURE_PREFIX, audit_pk, subject_of
from ops.target import settings_of

COLUMNS = ("at", "by", "action", "paymentId", "subject", "correlationId")


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`audit list`."""
    actions = subjects.add_parser("audit", help="who erased what").add_subparsers(required=True)
    listing = actions.add_parser("list", help="one erased payment a line, oldest first")
    listing.add_argument("--organization", required=True, help="whose payments")
    listing.add_argument("--user", help="only those erased for this user")
    listing.add_argument("--json", action="store_true", help="JSON lines")
    listing.set_defaults(run=list_records)


def list_records(options: argparse.Namespace) -> int:
    """Print the audit records of an organization."""
    table = settings_of(options.stack).require("table_name").table_name
    subject = subject_of(options.organization, options.user) if options.user else None
    records = [each for each in _records(table, options.organization) if subject in (None, each.get("subject"))]
    if options.json:
        for record in records:
            print(orjson.dumps(record).decode())
        return 0
    printed = Table(title=f"{len(records)} payments erased")
    for column in COLUMNS:
        printed.add_column(column, overflow="fold")
    for record in records:
        printed.add_row(*(escape(record.get(column, "-")) for column in COLUMNS))
    Console().print(printed)
    return 0


def _records(table: str, organization_id: str) -> Iterator[dict[str, str]]:
    pages = (
        boto3.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :erasures)",
            ExpressionAttributeValues={":pk": {"S": audit_pk(organization_id)}, ":erasures": {"S": ERASURE_PREFIX}},
            ConsistentRead=True,
        )
    )
    for page in pages:
        for item in page["Items"]:
            at = item["sk"]["S"].removeprefix(ERASURE_PREFIX).partition("#")[0]
            fields = {name: value["S"] for name, value in item.items() if name not in ("pk", "sk")}
            yield {"at": at, **fields}
