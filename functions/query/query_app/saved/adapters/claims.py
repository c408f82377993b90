"""What alerts have told of, in DynamoDB: one item a payment and alert."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from common.batches import batches
from common.engines.dynamodb import ConditionFailed, translated
from common.engines.table import CLAIM_PREFIX, claims_pk
from query_app.saved.search import CLAIM_LIFE, Alert, Match

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

CLAIM_SECONDS = 60
"""Longer than the function may run: a claim that is over is of a run that died."""
_PAGE = 100
"""What BatchGetItem takes."""


class DynamoDBClaims:
    """`Claims` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def told(self, alert: Alert, matches: Sequence[Match]) -> set[str]:
        """See `Claims`."""
        found: set[str] = set()
        for page in batches(matches, _PAGE):
            keys = [_key(alert, match) for match in page]
            while keys:
                with translated():
                    answer = self._client.batch_get_item(
                        RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
                    )
                for item in answer["Responses"].get(self._table, []):
                    if "told" in item and int(item["expiresAt"]["N"]) > self._clock():
                        found.add(item["sk"]["S"].removeprefix(CLAIM_PREFIX))
                unprocessed = answer["UnprocessedKeys"].get(self._table)
                keys = [dict(key) for key in unprocessed["Keys"]] if unprocessed else []
        return found

    def claim(self, alert: Alert, match: Match) -> bool:
        """See `Claims`."""
        now = int(self._clock())
        try:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item={**_key(alert, match), "expiresAt": {"N": str(now + CLAIM_SECONDS)}},
                    # DynamoDB may delete expired items days late.
                    ConditionExpression="attribute_not_exists(pk) OR expiresAt < :now",
                    ExpressionAttributeValues={":now": {"N": str(now)}},
                )
        except ConditionFailed:
            return False
        return True

    def keep(self, alert: Alert, match: Match) -> None:
        """See `Claims`."""
        until = int(self._clock() + CLAIM_LIFE.total_seconds())
        item: dict[str, AttributeValueTypeDef] = {"told": {"BOOL": True}, "expiresAt": {"N": str(until)}}
        with translated():
            self._client.put_item(TableName=self._table, Item={**_key(alert, match), **item})


def _key(alert: Alert, match: Match) -> "dict[str, AttributeValueTypeDef]":
    return {
        "pk": {"S": claims_pk(alert.organization_id, alert.search_id)},
        "sk": {"S": f"{CLAIM_PREFIX}{match.payment_id}"},
    }
