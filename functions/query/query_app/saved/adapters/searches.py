"""Saved searches in DynamoDB."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from common.engines.dynamodb import CONDITION_FAILED, ConditionFailed, counted, pages, transact, translated
from common.engines.saved_searches import alert_count, alert_key, name_key, own_count, removal, search_key
from common.engines.table import ALERTS_PK, SEARCH_PREFIX, searches_pk
from common.errors import Conflict, FieldError, TooMany, VersionConflict
from query_app.saved.search import MAX_ALERTS, MAX_OWN, Alert, SavedSearch, Threshold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

Item = Mapping[str, Any]
Actions = list["TransactWriteItemTypeDef"]


class DynamoDBSavedSearches:
    """`SavedSearches` on the one table: search, name, counts and alert change in one transaction."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, search: SavedSearch) -> None:
        """See `SavedSearches`."""
        put = self._put(search, "attribute_not_exists(pk)")
        own = counted(self._table, own_count(search.organization_id, search.owner_id), 1, MAX_OWN)
        self._commit([put, self._named(search), own, *(self._on(search) if search.alert else [])], search)

    def get(self, organization_id: str, search_id: str) -> SavedSearch | None:
        """See `SavedSearches`."""
        item = self._item(search_key(organization_id, search_id))
        return _search(item) if item else None

    def readable(self, organization_id: str, user_id: str) -> list[SavedSearch]:
        """See `SavedSearches`."""
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :searches)",
            FilterExpression="ownerId = :user OR #shared = :yes",
            ExpressionAttributeNames={"#shared": "shared"},
            ExpressionAttributeValues={
                ":pk": {"S": searches_pk(organization_id)},
                ":searches": {"S": SEARCH_PREFIX},
                ":user": {"S": user_id},
                ":yes": {"BOOL": True},
            },
            ConsistentRead=True,
        )
        return [_search(item) for items in found for item in items]

    def replace(self, before: SavedSearch, after: SavedSearch) -> None:
        """See `SavedSearches`."""
        actions: Actions = [self._put(after, "version = :version", {":version": {"N": str(before.version)}})]
        if after.name != before.name:
            old = name_key(before.organization_id, before.owner_id, before.name)
            actions += [{"Delete": {"TableName": self._table, "Key": old}}, self._named(after)]
        if after.alert and not before.alert:
            actions += self._on(after)
        elif after.alert and after.context != before.context:
            # How far it looked at one context says nothing of another.
            actions.append(self._begun(after))
        if before.alert and not after.alert:
            key = alert_key(before.organization_id, before.search_id)
            actions.append({"Delete": {"TableName": self._table, "Key": key}})
            actions.append(counted(self._table, alert_count(before.organization_id), -1))
        self._commit(actions, after)

    def remove(self, search: SavedSearch) -> None:
        """See `SavedSearches`."""
        self._commit(removal(self._table, _kept(search)), search)

    def alert_of(self, organization_id: str, search_id: str) -> Alert | None:
        """See `SavedSearches`."""
        item = self._item(alert_key(organization_id, search_id))
        return _alert(item) if item else None

    def alerts(self) -> Iterator[Alert]:
        """See `SavedSearches`."""
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": ALERTS_PK}},
            ConsistentRead=True,
        )
        for items in found:
            yield from map(_alert, items)

    def ran(self, alert: Alert) -> None:
        """See `SavedSearches`."""
        try:
            with translated():
                self._client.update_item(
                    TableName=self._table,
                    Key=alert_key(alert.organization_id, alert.search_id),
                    UpdateExpression="SET through = :through, lastRunAt = :at, lastCount = :count",
                    # One that was switched off and on again meanwhile has begun anew.
                    ConditionExpression="since = :since",
                    ExpressionAttributeValues={
                        ":through": {"S": alert.through},
                        ":at": {"S": alert.last_run_at or alert.through},
                        ":count": {"N": str(alert.last_count or 0)},
                        ":since": {"S": alert.since},
                    },
                )
        except ConditionFailed:
            return

    def _item(self, key: "dict[str, AttributeValueTypeDef]") -> Item | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _put(
        self, search: SavedSearch, condition: str, values: "dict[str, AttributeValueTypeDef] | None" = None
    ) -> "TransactWriteItemTypeDef":
        put: TransactWriteItemTypeDef = {
            "Put": {"TableName": self._table, "Item": _kept(search), "ConditionExpression": condition}
        }
        if values:
            put["Put"]["ExpressionAttributeValues"] = values
        return put

    def _named(self, search: SavedSearch) -> "TransactWriteItemTypeDef":
        key = name_key(search.organization_id, search.owner_id, search.name)
        item: dict[str, AttributeValueTypeDef] = {**key, "searchId": {"S": search.search_id}}
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _on(self, search: SavedSearch) -> Actions:
        count = counted(self._table, alert_count(search.organization_id), 1, MAX_ALERTS)
        return [self._begun(search), count]

    def _begun(self, search: SavedSearch) -> "TransactWriteItemTypeDef":
        """What is there already is no news."""
        item: dict[str, AttributeValueTypeDef] = {
            **alert_key(search.organization_id, search.search_id),
            "organizationId": {"S": search.organization_id},
            "searchId": {"S": search.search_id},
            "since": {"S": search.updated_at},
            "through": {"S": search.updated_at},
        }
        return {"Put": {"TableName": self._table, "Item": item}}

    def _commit(self, actions: Actions, search: SavedSearch) -> None:
        failed = [
            action
            for action, reason in zip(actions, transact(self._client, actions), strict=False)
            if reason.get("Code") == CONDITION_FAILED
        ]
        if not failed:
            return
        keys = [_sk(action) for action in failed]
        if any(key.startswith(SEARCH_PREFIX) for key in keys):
            raise VersionConflict("Another call is changing the same search.")
        named = _sk(self._named(search))
        if named in keys:
            raise Conflict("You have a search with this name.", [FieldError("name", "is taken: choose another one")])
        if _sk({"Delete": {"TableName": "", "Key": alert_count(search.organization_id)}}) in keys:
            raise TooMany(f"An organization has {MAX_ALERTS} alerts at most: switch one off.")
        raise TooMany(f"You have {MAX_OWN} saved searches: delete one.")


def _sk(action: "TransactWriteItemTypeDef") -> str:
    [details] = action.values()
    keyed: Any = details
    sk: str = keyed.get("Key", keyed.get("Item"))["sk"]["S"]
    return sk


def _kept(search: SavedSearch) -> "dict[str, AttributeValueTypeDef]":
    return {
        **search_key(search.organization_id, search.search_id),
        "organizationId": {"S": search.organization_id},
        "searchId": {"S": search.search_id},
        "ownerId": {"S": search.owner_id},
        "name": {"S": search.name},
        "query": {"S": orjson.dumps(search.query).decode()},
        "shared": {"BOOL": search.shared},
        "alert": {"BOOL": search.alert},
        "version": {"N": str(search.version)},
        "createdAt": {"S": search.created_at},
        "updatedAt": {"S": search.updated_at},
        "context": {"S": search.context},
        **({"threshold": {"S": orjson.dumps(asdict(search.threshold)).decode()}} if search.threshold else {}),
    }


def _search(item: Item) -> SavedSearch:
    return SavedSearch(
        organization_id=item["organizationId"]["S"],
        search_id=item["searchId"]["S"],
        owner_id=item["ownerId"]["S"],
        name=item["name"]["S"],
        query=orjson.loads(item["query"]["S"]),
        shared=item["shared"]["BOOL"],
        alert=item["alert"]["BOOL"],
        version=int(item["version"]["N"]),
        created_at=item["createdAt"]["S"],
        updated_at=item["updatedAt"]["S"],
        # Those of before there were other contexts do not say it.
        context=item.get("context", {"S": "payments"})["S"],
        threshold=Threshold(**orjson.loads(item["threshold"]["S"])) if "threshold" in item else None,
    )


def _alert(item: Item) -> Alert:
    return Alert(
        organization_id=item["organizationId"]["S"],
        search_id=item["searchId"]["S"],
        since=item["since"]["S"],
        through=item["through"]["S"],
        last_run_at=item.get("lastRunAt", {}).get("S"),
        last_count=int(item["lastCount"]["N"]) if "lastCount" in item else None,
    )
