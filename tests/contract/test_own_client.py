"""The functions' own client answers and refuses as boto3 does, on the same engine."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from common.engines.dynamodb import pages

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    Ask = Callable[[DynamoDBClient], Any]

KEY: dict[str, Any] = {"pk": {"S": "payment"}, "sk": {"S": "STATE"}}
ITEM: dict[str, Any] = {
    **KEY,
    "bytes": {"B": b"\x00\xff"},
    "number": {"N": "12.5"},
    "words": {"SS": ["a", "b"]},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "deep": {"M": {"list": {"L": [{"B": b"x"}, {"S": "ä\U0001f600"}]}}},
}
CONDITION = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def told(client: "DynamoDBClient", ask: "Ask") -> Any:
    """The answer, or what the refusal says, without what is of each call's own."""
    try:
        answer = dict(ask(client))
    except ClientError as error:
        answer = {**error.response, "operation": error.operation_name}
        answer["status"] = answer["ResponseMetadata"]["HTTPStatusCode"]
    # boto3 repeats the message beside the error, under either name.
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", "message", "Message")}


def asks(table: str) -> dict[str, "Ask"]:
    put = {"TableName": table, "Item": {**KEY, "flag": {"BOOL": False}}, **CONDITION}
    return {
        "get": lambda client: client.get_item(TableName=table, Key=KEY, ConsistentRead=True),
        "get nothing": lambda client: client.get_item(TableName=table, Key={**KEY, "sk": {"S": "x"}}),
        "put under a condition": lambda client: client.put_item(**put),
        "commit under a condition": lambda client: client.transact_write_items(TransactItems=[{"Put": put}]),
        "query": lambda client: client.query(
            TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": KEY["pk"]}
        ),
        "read many": lambda client: client.batch_get_item(RequestItems={table: {"Keys": [KEY]}}),
        "no such table": lambda client: client.get_item(TableName="contract-gone", Key=KEY),
        "half a key": lambda client: client.get_item(TableName=table, Key={"pk": KEY["pk"]}),
    }


@pytest.mark.parametrize("asked", asks(""))
def test_both_tell_the_same(dynamodb: "DynamoDBClient", dynamodb_sdk: "DynamoDBClient", table: str, asked: str) -> None:
    # Given an item with values of every kind
    dynamodb.put_item(TableName=table, Item=ITEM)
    # When both ask for the same, then they hear the same
    ask = asks(table)[asked]
    assert told(dynamodb, ask) == told(dynamodb_sdk, ask)


def test_all_pages_are_read(dynamodb: "DynamoDBClient", table: str) -> None:
    for number in range(5):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "p"}, "sk": {"S": f"{number}"}})
    values = {":pk": {"S": "p"}}
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values, "Limit": 2}
    found = [[item["sk"]["S"] for item in items] for items in pages(dynamodb.query, TableName=table, **asked)]
    assert [sk for items in found for sk in items] == ["0", "1", "2", "3", "4"]
    assert max(map(len, found)) == 2


@pytest.mark.skipif(os.environ.get("ENGINES") != "real", reason="moto does not look at tokens")
def test_a_commit_that_is_repeated_with_its_token_is_done_once(dynamodb: "DynamoDBClient", table: str) -> None:
    # Given a commit whose answer was lost
    commit: dict[str, Any] = {
        "TransactItems": [{"Put": {"TableName": table, "Item": ITEM, **CONDITION}}],
        "ClientRequestToken": str(uuid4()),
    }
    dynamodb.transact_write_items(**commit)
    # When the client repeats it, then it is not refused for what it did itself
    dynamodb.transact_write_items(**commit)
    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"] == ITEM
