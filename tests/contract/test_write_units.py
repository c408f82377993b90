"""The units that the calculator counts are those that DynamoDB reports."""

import os
from typing import TYPE_CHECKING

import pytest

from bench.cost.table import INDEXES
from bench.cost.units import Item, index_units, write_units

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY: Item = {"pk": {"S": "p"}, "sk": {"S": "s"}}
MARKED: Item = {**KEY, "occurredAt": {"S": "2011"}, "outbox": {"S": "1"}, "event": {"S": "x" * 2_000}}


@pytest.mark.skipif(os.environ.get("ENGINES") != "real", reason="moto reports no real units")
def test_units_of_the_table_and_its_indexes(dynamodb: "DynamoDBClient", table: str) -> None:
    # When items are put, changed, marked, unmarked and given a payer, one after another
    before: Item | None = None
    for after in (KEY, MARKED, {**MARKED, "event": {"S": "y"}}, {**KEY, "payer": {"S": "u"}}, KEY):
        answer = dynamodb.put_item(TableName=table, Item=after, ReturnConsumedCapacity="INDEXES")

        # Then each costs what was counted
        consumed = answer["ConsumedCapacity"]
        assert consumed["Table"]["CapacityUnits"] == write_units(before, after)
        indexes = consumed.get("GlobalSecondaryIndexes", {})
        counted = {name: index_units(keys, before, after) for name, keys in INDEXES.items()}
        assert {name: of["CapacityUnits"] for name, of in indexes.items()} == {n: c for n, c in counted.items() if c}
        before = after
