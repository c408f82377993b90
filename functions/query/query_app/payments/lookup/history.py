"""A payment's events in DynamoDB."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from common.domain.events import Event, read_event
from common.domain.upcasters import UPCASTERS
from common.engines.dynamodb import pages
from common.engines.table import EVENT_PREFIX, payment_pk
from common.errors import EngineUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDbHistory:
    """An `EventHistory`: one partition, read consistently, page by page."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def events(self, organization_id: str, payment_id: str) -> list[Event]:
        """Oldest first, old schema versions lifted to the newest."""
        try:
            found = pages(
                self._client.query,
                TableName=self._table_name,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :events)",
                ExpressionAttributeValues={
                    ":pk": {"S": payment_pk(organization_id, payment_id)},
                    ":events": {"S": EVENT_PREFIX},
                },
                ProjectionExpression="#event",
                ExpressionAttributeNames={"#event": "event"},
                ConsistentRead=True,
            )
            return [read_event(item["event"]["S"], UPCASTERS) for items in found for item in items]
        except ClientError as exc:
            raise EngineUnavailable("The table of events did not answer.") from exc

    def ping(self) -> None:
        """Raise EngineUnavailable unless the table answers."""
        self.events("-", "-")
