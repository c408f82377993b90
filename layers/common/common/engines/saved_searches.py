"""How saved searches stand in the table: for the queries that keep them, and for the erasure that removes them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from common.engines.dynamodb import Key, counted
from common.engines.table import ALERT_COUNT, ALERTS_PK, NAME_PREFIX, OWN_PREFIX, SEARCH_PREFIX, searches_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def search_key(organization_id: str, search_id: str) -> Key:
    """A search."""
    return {"pk": {"S": searches_pk(organization_id)}, "sk": {"S": f"{SEARCH_PREFIX}{search_id}"}}


def name_key(organization_id: str, owner_id: str, name: str) -> Key:
    """A name of an owner's, which is there once."""
    digest = sha256(f"{owner_id}\0{name}".encode()).hexdigest()
    return {"pk": {"S": searches_pk(organization_id)}, "sk": {"S": f"{NAME_PREFIX}{digest}"}}


def alert_key(organization_id: str, search_id: str) -> Key:
    """An alert, among all there are."""
    return {"pk": {"S": ALERTS_PK}, "sk": {"S": f"{organization_id}#{search_id}"}}


def own_count(organization_id: str, owner_id: str) -> Key:
    """How many searches an owner has."""
    return {"pk": {"S": searches_pk(organization_id)}, "sk": {"S": f"{OWN_PREFIX}{owner_id}"}}


def alert_count(organization_id: str) -> Key:
    """How many alerts an organization has."""
    return {"pk": {"S": searches_pk(organization_id)}, "sk": {"S": ALERT_COUNT}}


def removal(table: str, item: Mapping[str, Any]) -> list["TransactWriteItemTypeDef"]:
    """All that goes with a search, if it is what is kept."""
    organization_id, search_id = item["organizationId"]["S"], item["searchId"]["S"]
    owner_id, name = item["ownerId"]["S"], item["name"]["S"]
    actions: list[TransactWriteItemTypeDef] = [
        {
            "Delete": {
                "TableName": table,
                "Key": search_key(organization_id, search_id),
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": {":version": item["version"]},
            }
        },
        {"Delete": {"TableName": table, "Key": name_key(organization_id, owner_id, name)}},
        counted(table, own_count(organization_id, owner_id), -1),
    ]
    if item["alert"]["BOOL"]:
        actions.append({"Delete": {"TableName": table, "Key": alert_key(organization_id, search_id)}})
        actions.append(counted(table, alert_count(organization_id), -1))
    return actions
