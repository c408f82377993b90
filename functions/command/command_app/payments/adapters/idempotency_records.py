"""Idempotency records in DynamoDB: a lock while a command runs, then its result for a day."""

import time
import zlib
from typing import TYPE_CHECKING
from uuid import uuid4

from command_app.payments.ports import Claim
from common.engines.dynamodb import ConditionFailed, translated
from common.engines.table import IDEMPOTENCY, idempotency_pk
from common.errors import FieldError, InFlight, Invalid

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

LOCK_SECONDS = 30
"""Longer than the function may run, so that a lock that has run out belongs to nobody who still works."""
KEEP_SECONDS = 86_400

_MINE_AND_OPEN = "#owner = :owner AND attribute_not_exists(#result)"
_NAMES = {"#owner": "owner", "#result": "result"}


class DynamoDBIdempotencyRecords:
    """`IdempotencyRecords` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, organization_id: str, key: str, fingerprint: str) -> Claim | bytes:
        """The right to work under the key, or the result of who did; see `IdempotencyRecords`."""
        now = int(time.time())
        claim = Claim(organization_id, key, owner=uuid4().hex)
        try:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_key(claim),
                        "payloadHash": {"S": fingerprint},
                        "owner": {"S": claim.owner},
                        "lockedUntil": {"N": str(now + LOCK_SECONDS)},
                        "expiresAt": {"N": str(now + KEEP_SECONDS)},
                    },
                    # DynamoDB may delete expired items days late, so expiry is looked at here too.
                    ConditionExpression="attribute_not_exists(pk) OR expiresAt < :now "
                    "OR (attribute_not_exists(#result) AND lockedUntil < :now AND payloadHash = :hash)",
                    ExpressionAttributeNames={"#result": "result"},
                    ExpressionAttributeValues={":now": {"N": str(now)}, ":hash": {"S": fingerprint}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as failed:
            record = failed.item
            if record["owner"]["S"] == claim.owner:
                return claim  # the SDK repeated a put whose answer was lost
            if record["payloadHash"]["S"] != fingerprint:
                message = "was used for another payload; use a new key for a new command"
                raise Invalid("The key is taken.", [FieldError("Idempotency-Key", message)]) from None
            if "result" in record:
                return zlib.decompress(record["result"]["B"])
            wait = max(1, int(record["lockedUntil"]["N"]) - now)
            raise InFlight("The first call with this Idempotency-Key is still running.", retry_after=wait) from None
        return claim

    def complete(self, claim: Claim, result: bytes) -> None:
        """Keep a result on its own; see `IdempotencyRecords`."""
        try:
            with translated():
                self._client.update_item(**completion(self._table, claim, result)["Update"])
        except ConditionFailed as failed:
            if failed.item.get("owner") == {"S": claim.owner}:
                return  # the SDK repeated an update whose answer was lost
            raise InFlight("Another call took over this Idempotency-Key.", retry_after=1) from None

    def release(self, claim: Claim) -> None:
        """Give the key back, unless the work was completed or the lock is another's by now."""
        try:
            with translated():
                self._client.delete_item(
                    TableName=self._table,
                    Key=_key(claim),
                    ConditionExpression=_MINE_AND_OPEN,
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues={":owner": {"S": claim.owner}},
                )
        except ConditionFailed:
            return


def completion(table: str, claim: Claim, result: bytes) -> "TransactWriteItemTypeDef":
    """The action that completes a claim, to stand in the transaction of what it completes."""
    return {
        "Update": {
            "TableName": table,
            "Key": _key(claim),
            "UpdateExpression": "SET #result = :result",
            "ConditionExpression": _MINE_AND_OPEN,
            "ExpressionAttributeNames": _NAMES,
            "ExpressionAttributeValues": {":owner": {"S": claim.owner}, ":result": {"B": zlib.compress(result)}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _key(claim: Claim) -> dict[str, "AttributeValueTypeDef"]:
    return {"pk": {"S": idempotency_pk(claim.organization_id, claim.key)}, "sk": {"S": IDEMPOTENCY}}
