"""Dashboards in DynamoDB."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from common.engines.dynamodb import CONDITION_FAILED, Key, counted, pages, transact, translated
from common.engines.table import DASHBOARD_COUNT, DASHBOARD_PREFIX, dashboards_pk
from common.errors import TooMany, VersionConflict
from query_app.metrics.dashboards.dashboard import Dashboard

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_DASHBOARDS = 100
"""Of an organization."""


class DynamoDBDashboards:
    """`Dashboards` on the one table; how many there are is counted in the same transaction."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, dashboard: Dashboard) -> None:
        """See `Dashboards`."""
        put = self._put(dashboard, "attribute_not_exists(pk)")
        count = counted(self._table, _count_key(dashboard.organization_id), 1, MAX_DASHBOARDS)
        if self._failed([put, count]):
            raise TooMany(f"An organization has {MAX_DASHBOARDS} dashboards at most: delete one.")

    def get(self, organization_id: str, dashboard_id: str) -> Dashboard | None:
        """See `Dashboards`."""
        with translated():
            found = self._client.get_item(
                TableName=self._table, Key=_key(organization_id, dashboard_id), ConsistentRead=True
            )
        return _dashboard(organization_id, found["Item"]) if "Item" in found else None

    def all_of(self, organization_id: str) -> list[Dashboard]:
        """See `Dashboards`."""
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :dashboards)",
            ExpressionAttributeValues={
                ":pk": {"S": dashboards_pk(organization_id)},
                ":dashboards": {"S": DASHBOARD_PREFIX},
            },
            ConsistentRead=True,
        )
        return [_dashboard(organization_id, item) for items in found for item in items]

    def replace(self, before: Dashboard, after: Dashboard) -> None:
        """See `Dashboards`."""
        put = self._put(after, "version = :version")
        put["Put"]["ExpressionAttributeValues"] = _at_version(before)
        self._commit([put])

    def remove(self, dashboard: Dashboard) -> None:
        """See `Dashboards`."""
        delete: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": _key(dashboard.organization_id, dashboard.dashboard_id),
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": _at_version(dashboard),
            }
        }
        self._commit([delete, counted(self._table, _count_key(dashboard.organization_id), -1)])

    def _put(self, dashboard: Dashboard, condition: str) -> "TransactWriteItemTypeDef":
        item: Key = {
            **_key(dashboard.organization_id, dashboard.dashboard_id),
            "name": {"S": dashboard.name},
            "last": {"S": dashboard.last},
            "panels": {"S": orjson.dumps(dashboard.panels).decode()},
            "version": {"N": str(dashboard.version)},
            "createdAt": {"S": dashboard.created_at},
            "updatedAt": {"S": dashboard.updated_at},
        }
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": condition}}

    def _commit(self, actions: "list[TransactWriteItemTypeDef]") -> None:
        if self._failed(actions):
            raise VersionConflict("Another call is changing the same dashboard.")

    def _failed(self, actions: "list[TransactWriteItemTypeDef]") -> bool:
        return any(reason.get("Code") == CONDITION_FAILED for reason in transact(self._client, actions))


def _key(organization_id: str, dashboard_id: str) -> Key:
    return {"pk": {"S": dashboards_pk(organization_id)}, "sk": {"S": f"{DASHBOARD_PREFIX}{dashboard_id}"}}


def _count_key(organization_id: str) -> Key:
    return {"pk": {"S": dashboards_pk(organization_id)}, "sk": {"S": DASHBOARD_COUNT}}


def _at_version(dashboard: Dashboard) -> Key:
    return {":version": {"N": str(dashboard.version)}}


def _dashboard(organization_id: str, item: Mapping[str, Any]) -> Dashboard:
    return Dashboard(
        organization_id=organization_id,
        dashboard_id=item["sk"]["S"].removeprefix(DASHBOARD_PREFIX),
        name=item["name"]["S"],
        last=item["last"]["S"],
        panels=orjson.loads(item["panels"]["S"]),
        version=int(item["version"]["N"]),
        created_at=item["createdAt"]["S"],
        updated_at=item["updatedAt"]["S"],
    )
