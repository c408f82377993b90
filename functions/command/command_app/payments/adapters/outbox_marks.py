"""Outbox marks in DynamoDB: an attribute of a commit's first event, seen through a sparse index."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from command_app.payments.ports import Commit, Outgoing
from common.batches import batches
from common.domain.instants import iso
from common.engines.dynamodb import ConditionFailed, pages, translated
from common.engines.table import OUTBOX_INDEX, OUTBOX_SHARDS
from common.errors import EngineUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = dict[str, AttributeValueTypeDef]

PAGE = 100
"""What BatchGetItem takes."""
STATEMENTS = 25
"""What BatchExecuteStatement takes; it costs half of what the same updates cost in a transaction."""

_Key = tuple[str, str]
_Mark = tuple[str, str, str]


class DynamoDBOutboxMarks:
    """`OutboxMarks` on the one table and its index."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def pending(self, before: datetime, after: datetime) -> Iterator[Sequence[Commit]]:
        """Oldest first over all shards; a page is single events, or one commit of many."""
        shards = [self._shard(shard, "<", before) for shard in OUTBOX_SHARDS]
        shards += [self._shard(shard, ">", after) for shard in OUTBOX_SHARDS]
        for some in batches(merge(*shards, key=itemgetter(0)), PAGE):
            # Another sweep may have removed marks meanwhile.
            marked = [item for item in self._items([(pk, sk) for _, pk, sk in some]) if "outbox" in item]
            single = [[_outgoing(item)] for item in marked if "together" not in item]
            if single:
                yield single
            for item in marked:
                if "together" in item:
                    others = self._items([(pk, item["sk"]["S"]) for pk in item["together"]["SS"]])
                    yield [[_outgoing(item), *map(_outgoing, others)]]

    def clear(self, sent: Sequence[Commit]) -> None:
        """Remove the marks; an event that is gone in the meantime stays gone."""
        if len(sent) == 1:
            self._clear_one(sent[0][0])
            return
        for batch in batches(sent, STATEMENTS):
            with translated():
                answer = self._client.batch_execute_statement(
                    Statements=[
                        {
                            "Statement": f'UPDATE "{self._table}" REMOVE outbox WHERE pk=? AND sk=?',
                            "Parameters": [{"S": first.pk}, {"S": first.sk}],
                        }
                        for first, *_ in batch
                    ]
                )
            codes = {response["Error"]["Code"] for response in answer["Responses"] if "Error" in response}
            if codes - {"ConditionalCheckFailed"}:
                raise EngineUnavailable(f"DynamoDB kept some outbox marks: {', '.join(sorted(codes))}")

    def _clear_one(self, event: Outgoing) -> None:
        """Without PartiQL, which DynamoDB has to parse: half of a command's time goes into calls like this one."""
        with suppress(ConditionFailed), translated():
            self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": event.pk}, "sk": {"S": event.sk}},
                UpdateExpression="REMOVE outbox, together",
                ConditionExpression="attribute_exists(pk)",
            )

    def _shard(self, shard: str, side: Literal["<", ">"], instant: datetime) -> Iterator[_Mark]:
        found = pages(
            self._client.query,
            TableName=self._table,
            IndexName=OUTBOX_INDEX,
            KeyConditionExpression=f"outbox = :shard AND occurredAt {side} :instant",
            ExpressionAttributeValues={":shard": {"S": shard}, ":instant": {"S": iso(instant)}},
        )
        for items in found:
            for item in items:
                yield item["occurredAt"]["S"], item["pk"]["S"], item["sk"]["S"]

    def _items(self, keys: Sequence[_Key]) -> Sequence["Item"]:
        """Up to PAGE items, in the order of their keys."""
        found: dict[_Key, Item] = {}
        left: list[Item] = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
        while left:
            with translated():
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": left, "ConsistentRead": True}})
            found |= {(item["pk"]["S"], item["sk"]["S"]): item for item in answer["Responses"].get(self._table, [])}
            unprocessed = answer["UnprocessedKeys"].get(self._table)
            left = [dict(key) for key in unprocessed["Keys"]] if unprocessed else []
        return [found[key] for key in keys if key in found]


def _outgoing(item: "Item") -> Outgoing:
    return Outgoing(item["pk"]["S"], item["sk"]["S"], item["event"]["S"])
