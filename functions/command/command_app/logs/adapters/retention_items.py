"""How long organizations keep their entries, in DynamoDB."""

from typing import TYPE_CHECKING

from common.engines.dynamodb import ConditionFailed, translated
from common.engines.table import LOG_SETTINGS, settings_pk
from common.errors import VersionConflict
from common.logs.retention import Retention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoDBRetentions:
    """`RetentionStore` on the one table: an item an organization."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self, organization_id: str) -> Retention:
        """Read the item."""
        with translated():
            found = self._client.get_item(TableName=self._table, Key=_key(organization_id), ConsistentRead=True)
        item = found.get("Item")
        return Retention.model_validate_json(item["retention"]["S"]) if item else Retention()

    def save(self, organization_id: str, before: Retention, after: Retention) -> None:
        """Write the item, if it is what was read or not there yet."""
        try:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item={**_key(organization_id), "retention": {"S": _text(after)}},
                    ConditionExpression="attribute_not_exists(pk) OR retention = :before",
                    ExpressionAttributeValues={":before": {"S": _text(before)}},
                )
        except ConditionFailed as failed:
            raise VersionConflict("Another call changes the same settings.") from failed


def _key(organization_id: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": settings_pk(organization_id)}, "sk": {"S": LOG_SETTINGS}}


def _text(retention: Retention) -> str:
    return retention.model_dump_json(by_alias=True)
