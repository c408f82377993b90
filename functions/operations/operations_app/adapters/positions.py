"""How far a rebuild has read, in DynamoDB: one item a segment."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from common.engines.dynamodb import pages, translated
from common.engines.table import REBUILD_PK
from operations_app.ports import Position

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBPositions:
    """`Positions` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self, index: str) -> Mapping[int, Position]:
        """Read consistently."""
        return {
            int(item["sk"]["S"].rpartition("#")[2]): Position(
                after=orjson.loads(item["after"]["S"]) if "after" in item else None,
                scanned=int(item["scanned"]["N"]),
                done=item["done"]["BOOL"],
            )
            for item in self._items(index)
        }

    def save(self, index: str, segment: int, position: Position, segments: int) -> None:
        """See `Positions`."""
        after = {"after": {"S": orjson.dumps(position.after).decode()}} if position.after else {}
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": REBUILD_PK},
                    "sk": {"S": f"{index}#{segment:03d}"},
                    "scanned": {"N": str(position.scanned)},
                    "done": {"BOOL": position.done},
                    "segments": {"N": str(segments)},
                    **after,
                },
            )

    def segments(self, index: str) -> int | None:
        """See `Positions`."""
        return next((int(item["segments"]["N"]) for item in self._items(index)), None)

    def forget(self, index: str) -> None:
        """See `Positions`."""
        for item in list(self._items(index)):
            with translated():
                self._client.delete_item(TableName=self._table, Key={"pk": item["pk"], "sk": item["sk"]})

    def _items(self, index: str) -> Iterator[Mapping[str, Any]]:
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :index)",
            ExpressionAttributeValues={":pk": {"S": REBUILD_PK}, ":index": {"S": f"{index}#"}},
            ConsistentRead=True,
        )
        for items in found:
            yield from items
