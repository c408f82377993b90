"""The events of a correlation id in DynamoDB, by an index of the table."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from common.batches import batches
from common.domain.events import Event, read_event
from common.domain.upcasters import UPCASTERS
from common.engines.dynamodb import pages, translated
from common.engines.table import STATE, TRAIL_INDEX, trail_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Key = dict[str, Any]
_PAGE = 100
"""What BatchGetItem takes."""


class DynamoDBTrails:
    """`Trails` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def events(self, organization_id: str, correlation_id: str, most: int) -> Sequence[Event]:
        """The index has the keys only. A payment that was deleted is shown to nobody, here too."""
        pages_found = pages(
            self._client.query,
            TableName=self._table,
            IndexName=TRAIL_INDEX,
            KeyConditionExpression="trail = :trail",
            ExpressionAttributeValues={":trail": {"S": trail_key(organization_id, correlation_id)}},
        )
        with translated():
            found = (item for items in pages_found for item in items)
            shown = (item for some in batches(found, _PAGE) for item in self._shown(some))
            return [read_event(item["event"]["S"], UPCASTERS) for item in islice(shown, most)]

    def _shown(self, found: Sequence[Key]) -> list[dict[str, Any]]:
        """The events, but for those of deleted payments."""
        states = self._page([{"pk": {"S": pk}, "sk": {"S": STATE}} for pk in {item["pk"]["S"] for item in found}])
        gone = {item["pk"]["S"] for item in states if orjson.loads(item["state"]["S"]).get("deleted")}
        return self._page([_key(item) for item in found if item["pk"]["S"] not in gone])

    def _page(self, keys: Sequence[Key]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        while keys:
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": list(keys)}})
            items += answer["Responses"].get(self._table, [])
            left = answer["UnprocessedKeys"].get(self._table)
            keys = [_key(key) for key in left["Keys"]] if left else []
        return items


def _key(item: Mapping[str, Any]) -> Key:
    return {"pk": item["pk"], "sk": item["sk"]}
