"""Outbox marks in DynamoDB: an attribute of the event, seen through a sparse index."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from command_app.payments.ports import Outgoing
from common.batches import batches
from common.domain.model import iso
from common.engines.dynamodb import translated
from common.engines.table import OUTBOX_INDEX, OUTBOX_SHARDS
from common.errors import EngineUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PAGE = 100
"""What BatchGetItem takes."""
STATEMENTS = 25
"""What BatchExecuteStatement takes; it costs half of what the same updates cost in a transaction."""

_Mark = tuple[str, str, str]


class DynamoDBOutboxMarks:
    """`OutboxMarks` on the one table and its index."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def pending(self, before: datetime, after: datetime) -> Iterator[Sequence[Outgoing]]:
        """Those before one instant or after a later one, oldest first over all shards, a page at a time."""
        shards = [self._shard(shard, "<", before) for shard in OUTBOX_SHARDS]
        shards += [self._shard(shard, ">", after) for shard in OUTBOX_SHARDS]
        marks = merge(*shards, key=itemgetter(0))
        page: list[_Mark] = []
        for mark in marks:
            page.append(mark)
            if len(page) == PAGE:
                yield self._events(page)
                page = []
        if page:
            yield self._events(page)

    def clear(self, sent: Sequence[Outgoing]) -> None:
        """Remove the marks of sent events; an event that is gone in the meantime stays gone."""
        if len(sent) == 1:
            self._clear_one(sent[0])
            return
        for batch in batches(sent, STATEMENTS):
            with translated():
                answer = self._client.batch_execute_statement(
                    Statements=[
                        {
                            "Statement": f'UPDATE "{self._table}" REMOVE outbox WHERE pk=? AND sk=?',
                            "Parameters": [{"S": event.pk}, {"S": event.sk}],
                        }
                        for event in batch
                    ]
                )
            codes = {response["Error"]["Code"] for response in answer["Responses"] if "Error" in response}
            if codes - {"ConditionalCheckFailed"}:
                raise EngineUnavailable(f"DynamoDB kept some outbox marks: {', '.join(sorted(codes))}")

    def _clear_one(self, event: Outgoing) -> None:
        """Without PartiQL, which DynamoDB has to parse: half of a command's time goes into calls like this one."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException), translated():
            self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": event.pk}, "sk": {"S": event.sk}},
                UpdateExpression="REMOVE outbox",
                ConditionExpression="attribute_exists(pk)",
            )

    def _shard(self, shard: str, side: Literal["<", ">"], instant: datetime) -> Iterator[_Mark]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=OUTBOX_INDEX,
            KeyConditionExpression=f"outbox = :shard AND occurredAt {side} :instant",
            ExpressionAttributeValues={":shard": {"S": shard}, ":instant": {"S": iso(instant)}},
        )
        with translated():
            for page in pages:
                for item in page["Items"]:
                    yield item["occurredAt"]["S"], item["pk"]["S"], item["sk"]["S"]

    def _events(self, marks: Sequence[_Mark]) -> Sequence[Outgoing]:
        """The events behind the marks, in their order, without those whose mark another sweep removed meanwhile."""
        found: dict[tuple[str, str], Outgoing] = {}
        keys: list[dict[str, AttributeValueTypeDef]] = [{"pk": {"S": pk}, "sk": {"S": sk}} for _, pk, sk in marks]
        while keys:
            with translated():
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
            for item in answer["Responses"].get(self._table, []):
                if "outbox" in item:
                    found[item["pk"]["S"], item["sk"]["S"]] = Outgoing(
                        item["pk"]["S"], item["sk"]["S"], item["event"]["S"]
                    )
            unprocessed = answer["UnprocessedKeys"].get(self._table)
            keys = [dict(key) for key in unprocessed["Keys"]] if unprocessed else []
        return [found[pk, sk] for _, pk, sk in marks if (pk, sk) in found]
