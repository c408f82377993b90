"""How DynamoDB and SQS turn bytes into what they bill; from their developer guides."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""With DynamoDB's types: `{"pk": {"S": "..."}}`."""

ITEM_OVERHEAD = 100
"""Bytes that DynamoDB adds to each stored item, and to each entry of an index."""
KEYS = ("pk", "sk")


def item_bytes(item: Item) -> int:
    """The size that reads and writes of an item are billed by."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(before: Item | None, after: Item | None) -> int:
    """Of the table, for one write: a unit a KB of the larger of the two; of a transaction twice as much."""
    return max(1, *(ceil(item_bytes(item) / 1024) for item in (before, after) if item))


def index_units(index_keys: Sequence[str], before: Item | None, after: Item | None) -> int:
    """Of a keys-only index, for one write: one to put an entry, one to delete one, none where it stays as it was."""
    old, new = _entry(index_keys, before), _entry(index_keys, after)
    return 0 if old == new else (old is not None) + (new is not None)


def entry_bytes(index_keys: Sequence[str], item: Item) -> int:
    """What an item takes in a keys-only index, as stored; 0 where it is not in it."""
    entry = _entry(index_keys, item)
    return item_bytes(entry) + ITEM_OVERHEAD if entry else 0


def read_units(size: int, *, consistent: bool) -> float:
    """A unit a 4 KB; half of it where the answer may be a little old."""
    return max(1, ceil(size / 4096)) * (1 if consistent else 0.5)


def sqs_requests(size: int) -> int:
    """One a 64 KB of messages."""
    return max(1, ceil(size / 65_536))


def _entry(index_keys: Sequence[str], item: Item | None) -> Item | None:
    if item is None or any(key not in item for key in index_keys):
        return None
    return {key: item[key] for key in (*index_keys, *KEYS)}


def _value_bytes(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.strip("-.0").replace(".", "")) // 2 + 2
        case "SS":
            return 3 + sum(1 + len(text.encode()) for text in content)
        case "B":
            return len(content)
        case "BOOL" | "NULL":
            return 1
    raise ValueError(f"the table holds no {kind}")
