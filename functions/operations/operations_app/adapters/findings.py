"""The latest reconciliation, in DynamoDB."""

from datetime import datetime
from typing import TYPE_CHECKING

from common.domain.instants import iso
from common.engines.dynamodb import translated
from common.engines.table import RECONCILIATION_KEY
from operations_app.reports import Reconciled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBFindings:
    """`Findings` in one item of the table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, found: Reconciled) -> None:
        """See `Findings`."""
        counts = {"payments": {"N": str(found.payments)}, "differences": {"N": str(found.differences)}}
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={**RECONCILIATION_KEY, "at": {"S": iso(found.at)}, **counts},
            )

    def latest(self) -> Reconciled | None:
        """See `Findings`."""
        with translated():
            item = self._client.get_item(TableName=self._table, Key=RECONCILIATION_KEY).get("Item")
        if item is None:
            return None
        return Reconciled(
            datetime.fromisoformat(item["at"]["S"]), int(item["payments"]["N"]), int(item["differences"]["N"])
        )
