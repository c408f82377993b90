"""Packs: entries of one organization on their way from an ingestion to its projector, a queue message each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from common.batches import weighed
from common.domain.model import JsonObject, Timestamp, WireModel, sendable

MAX_PACK_BYTES = 240 * 1024
"""Of one with its envelope: under the 256 KiB that SQS takes in a message."""
MAX_ENTRY_BYTES = 64 * 1024


class Pack(WireModel):
    """Entries as their context accepted them, each with its `id`; the projector reads them one by one."""

    organization_id: str
    correlation_id: str
    received_at: Timestamp
    entries: tuple[JsonObject, ...] = ()

    def to_json(self) -> str:
        """The wire form, as sent."""
        return sendable(self.model_dump_json(by_alias=True))


def packed(envelope: Pack, entries: Sequence[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Wire forms of packs with the entries, each as small as SQS wants it, and the numbers of the entries in each.

    An entry is what `encoded` made of it, and none is larger than MAX_ENTRY_BYTES.
    """
    head = envelope.to_json().removesuffix("]}")
    room = MAX_PACK_BYTES - len(f"{head}]}}".encode())
    for numbers in weighed(range(len(entries)), lambda number: len(entries[number].encode()) + 1, room):
        yield f"{head}{','.join(entries[number] for number in numbers)}]}}", numbers


def encoded(entry: Mapping[str, Any]) -> str:
    """One entry as a pack has it."""
    return sendable(orjson.dumps(entry).decode())
