"""Saved searches that tell of a person, forgotten in DynamoDB."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from common.engines.dynamodb import counted, pages, transact
from common.engines.saved_searches import name_key, own_count, removal, search_key
from common.engines.table import SEARCH_PREFIX, searches_pk
from common.errors import VersionConflict
from common.payments.state import ERASED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Item = Mapping[str, Any]


class DynamoDBSavedSearches:
    """`SavedSearches` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def forget(self, organization_id: str, user_id: str) -> None:
        """See `SavedSearches`."""
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :searches)",
            ExpressionAttributeValues={
                ":pk": {"S": searches_pk(organization_id)},
                ":searches": {"S": SEARCH_PREFIX},
            },
            ConsistentRead=True,
        )
        # The id as a word of its own: u1 is not in u12, nor in au1.
        named = re.compile(rf"(?<![\w@.+-]){re.escape(user_id)}(?![\w@+-])")
        for item in [item for items in found for item in items]:
            owned = item["ownerId"]["S"] == user_id
            if (
                named.search(item["query"]["S"])
                or named.search(item["name"]["S"])
                or (owned and not item["shared"]["BOOL"])
            ):
                self._commit(removal(self._table, item))
            elif owned:
                self._commit(self._disowning(item))

    def _disowning(self, item: Item) -> list["TransactWriteItemTypeDef"]:
        """A shared search stays, as nobody's: an admin may change it."""
        organization_id, owner_id = item["organizationId"]["S"], item["ownerId"]["S"]
        return [
            {
                "Update": {
                    "TableName": self._table,
                    "Key": search_key(organization_id, item["searchId"]["S"]),
                    "UpdateExpression": "SET ownerId = :nobody ADD version :one",
                    "ConditionExpression": "version = :version",
                    "ExpressionAttributeValues": {
                        ":nobody": {"S": ERASED},
                        ":one": {"N": "1"},
                        ":version": item["version"],
                    },
                }
            },
            {"Delete": {"TableName": self._table, "Key": name_key(organization_id, owner_id, item["name"]["S"])}},
            counted(self._table, own_count(organization_id, owner_id), -1),
        ]

    def _commit(self, actions: list["TransactWriteItemTypeDef"]) -> None:
        if transact(self._client, actions):
            raise VersionConflict("Another call is changing a saved search.")
