"""What requests to the table cost in units, by the items before and after each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from bench.cost import units
from common.settings import Settings
from local.template import load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEXES: Mapping[str, Sequence[str]] = {
    index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
    for index in load()["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]
}
"""The table's, all of keys only."""


class Table:
    """The table as it was written since this was made."""

    def __init__(self, client: "DynamoDBClient") -> None:
        """A client whose own requests are not counted looks at what was written."""
        self._client = client
        self._items: dict[tuple[str, str], units.Item] = {}

    def stored(self) -> int:
        """Bytes of all items that do not expire, with their index entries."""
        return sum(
            units.item_bytes(item)
            + units.ITEM_OVERHEAD
            + sum(units.entry_bytes(keys, item) for keys in INDEXES.values())
            for item in self._items.values()
            if "expiresAt" not in item
        )

    def asked(self, operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]) -> Counter[str]:
        """The units of a request. Scans are not counted: they read what is stored."""
        counts: Counter[str] = Counter({f"dynamodb.{operation}": 1})
        for key, times in _written(operation, params):
            counts.update(self._wrote(key, times))
        for items, consistent in _read(operation, params, answer):
            read = units.read_units(sum(map(units.item_bytes, items)), consistent=consistent)
            counts["dynamodb.read"] += read  # type: ignore[assignment]  # halves
        return counts

    def _wrote(self, item: units.Item, times: int) -> Mapping[str, int]:
        """Of index entries in a transaction the guides say nothing: they are taken to be doubled as well."""
        key = {name: item[name] for name in units.KEYS}
        name = (key["pk"]["S"], key["sk"]["S"])
        before = self._items.pop(name, None)
        found = self._client.get_item(
            TableName=Settings.from_env().table_name,
            Key=key,
            ConsistentRead=True,
        )
        after = cast("units.Item | None", found.get("Item"))
        if after:
            self._items[name] = after
        entries = sum(units.index_units(keys, before, after) for keys in INDEXES.values())
        return {"dynamodb.write": times * units.write_units(before, after), "dynamodb.index_write": times * entries}


def _written(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[units.Item, int]]:
    """Items or keys of what was written, and how many times a write of each counts."""
    match operation:
        case "PutItem":
            yield params["Item"], 1
        case "UpdateItem" | "DeleteItem":
            yield params["Key"], 1
        case "BatchExecuteStatement":
            for statement in params["Statements"]:
                yield dict(zip(units.KEYS, statement["Parameters"], strict=True)), 1
        case "TransactWriteItems":
            for action in params["TransactItems"]:
                [of] = action.values()
                yield of.get("Item") or of["Key"], 2


def _read(
    operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[Sequence[units.Item], bool]]:
    """Items that were read together, and whether consistently."""
    match operation:
        case "GetItem":
            yield [answer["Item"]] if "Item" in answer else [], params.get("ConsistentRead", False)
        case "Query":
            yield answer["Items"], params.get("ConsistentRead", False)
        case "BatchGetItem":
            for table, items in answer["Responses"].items():
                yield from (([item], params["RequestItems"][table].get("ConsistentRead", False)) for item in items)
