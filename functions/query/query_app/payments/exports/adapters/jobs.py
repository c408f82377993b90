"""Export jobs in DynamoDB."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson

from common.domain.instants import iso, now
from common.engines.dynamodb import ConditionFailed, pages, transact, translated
from common.engines.table import EXPORT, EXPORT_PREFIX, SLOT_PREFIX, export_pk, exports_pk, part_sk
from common.errors import TooMany
from query_app.payments.exports.job import AT_ONCE, JOB_LIFE, LISTED, PATIENCE, Checkpoint, Format, Job, Lease, Status
from query_app.payments.exports.ports import Leased

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

Item = Mapping[str, Any]

_TRIES = 3
"""To find a free slot, while the same user's other calls take some."""
_MINE = "#owner = :owner"
_NAMES = {"#owner": "owner"}


class DynamoDBJobs:
    """`Jobs` on the one table. A user's unfinished jobs hold one of AT_ONCE slots each, which come free in the end."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def start(self, job: Job) -> None:
        """See `Jobs`."""
        for _ in range(_TRIES):
            free = self._free_slots(job)
            if not free:
                break
            if self._put(job, free[0]):
                return
        raise TooMany(f"You have {AT_ONCE} exports that are not finished: wait for one of them.")

    def get(self, organization_id: str, export_id: str) -> Job | None:
        """See `Jobs`."""
        with translated():
            answer = self._client.get_item(
                TableName=self._table, Key=_key(organization_id, export_id), ConsistentRead=True
            )
        item = answer.get("Item")
        return _job(item) if item and int(item["expiresAt"]["N"]) > time.time() else None

    def latest(self, organization_id: str, user_id: str) -> list[Job]:
        """See `Jobs`."""
        with translated():
            items = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :exports)",
                ExpressionAttributeValues={
                    ":pk": {"S": exports_pk(organization_id, user_id)},
                    ":exports": {"S": EXPORT_PREFIX},
                },
                ScanIndexForward=False,
                Limit=LISTED,
                ConsistentRead=True,
            )["Items"]
        ids = [item["sk"]["S"].removeprefix(EXPORT_PREFIX) for item in items]
        found = {export_id: self.get(organization_id, export_id) for export_id in ids}
        return [job for job in found.values() if job]

    def claim(self, organization_id: str, export_id: str, seconds: int) -> Lease | None:
        """See `Jobs`."""
        owner, instant = uuid4().hex, int(time.time())
        try:
            with translated():
                item = self._client.update_item(
                    TableName=self._table,
                    Key=_key(organization_id, export_id),
                    UpdateExpression="SET #status = :running, #owner = :owner, leasedUntil = :until",
                    ConditionExpression="#status IN (:queued, :running) AND leasedUntil < :now",
                    ExpressionAttributeNames={**_NAMES, "#status": "status"},
                    ExpressionAttributeValues={
                        ":queued": {"S": Status.QUEUED},
                        ":running": {"S": Status.RUNNING},
                        ":owner": {"S": owner},
                        ":until": {"N": str(instant + seconds)},
                        ":now": {"N": str(instant)},
                    },
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )["Attributes"]
        except ConditionFailed as failed:
            found = failed.item
            if found.get("status", {}).get("S") not in (Status.QUEUED, Status.RUNNING):
                return None
            if found.get("owner", {}).get("S") != owner:
                raise Leased(f"Export {export_id} is being worked on.") from None
            item = dict(found)  # the client repeated an update whose answer was lost
        return Lease(_job(item), owner)

    def save(self, lease: Lease, checkpoint: Checkpoint, tag: str | None = None) -> None:
        """See `Jobs`."""
        kept = self._mine(lease, "SET #checkpoint = :checkpoint", {":checkpoint": _packed(checkpoint)})
        kept["Update"]["ExpressionAttributeNames"] = {**_NAMES, "#checkpoint": "checkpoint"}
        part: list[TransactWriteItemTypeDef] = []
        if tag:
            key = _key(lease.job.organization_id, lease.job.export_id) | {"sk": {"S": part_sk(checkpoint.parts)}}
            item = {**key, "tag": {"S": tag}, "expiresAt": {"N": _expiry(lease.job)}}
            part = [{"Put": {"TableName": self._table, "Item": item}}]
        self._commit(lease, [kept, *part])

    def tags(self, job: Job, parts: int) -> list[str]:
        """See `Jobs`."""
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": export_pk(job.organization_id, job.export_id)},
                ":first": {"S": part_sk(1)},
                ":last": {"S": part_sk(parts)},
            },
            ConsistentRead=True,
        )
        return [item["tag"]["S"] for items in found for item in items]

    def release(self, lease: Lease) -> None:
        """See `Jobs`."""
        self._commit(lease, [self._mine(lease, "SET leasedUntil = :never REMOVE #owner", {":never": {"N": "0"}})])

    def finish(self, lease: Lease, status: Status, reason: str | None = None) -> None:
        """See `Jobs`."""
        values: dict[str, AttributeValueTypeDef] = {":status": {"S": status}, ":at": {"S": iso(now())}}
        change = "SET #status = :status, finishedAt = :at"
        if reason:
            change, values[":reason"] = f"{change}, reason = :reason", {"S": reason}
        done = self._mine(lease, change, values)
        done["Update"]["ExpressionAttributeNames"] = {**_NAMES, "#status": "status"}
        slots = [slot for slot, item in self._slots(lease.job).items() if item["exportId"]["S"] == lease.job.export_id]
        freed: list[TransactWriteItemTypeDef] = [
            {"Delete": {"TableName": self._table, "Key": _slot_key(lease.job, slot)}} for slot in slots
        ]
        self._commit(lease, [done, *freed])

    def _slots(self, job: Job) -> dict[int, Item]:
        """The slots that jobs hold, or held until their patience was over."""
        with translated():
            items = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :slots)",
                ExpressionAttributeValues={
                    ":pk": {"S": exports_pk(job.organization_id, job.user_id)},
                    ":slots": {"S": SLOT_PREFIX},
                },
                ConsistentRead=True,
            )["Items"]
        return {int(item["sk"]["S"].removeprefix(SLOT_PREFIX)): item for item in items}

    def _free_slots(self, job: Job) -> list[int]:
        held = {slot for slot, item in self._slots(job).items() if int(item["expiresAt"]["N"]) >= time.time()}
        return [slot for slot in range(AT_ONCE) if slot not in held]

    def _put(self, job: Job, slot: int) -> bool:
        """The job, its place in the user's list and its slot, or none of them when another job took the slot."""
        expiry = {"N": _expiry(job)}
        listed = {"pk": {"S": exports_pk(job.organization_id, job.user_id)}}
        until = {"N": _seconds(job.created_at, PATIENCE)}
        held = {"exportId": {"S": job.export_id}, "expiresAt": until}
        actions: list[TransactWriteItemTypeDef] = [
            {"Put": {"TableName": self._table, "Item": _item(job)}},
            {
                "Put": {
                    "TableName": self._table,
                    "Item": {**listed, "sk": {"S": f"{EXPORT_PREFIX}{job.export_id}"}, "expiresAt": expiry},
                }
            },
            {
                "Put": {
                    "TableName": self._table,
                    "Item": {**_slot_key(job, slot), **held},
                    "ConditionExpression": "attribute_not_exists(pk) OR expiresAt < :now",
                    "ExpressionAttributeValues": {":now": {"N": str(int(time.time()))}},
                }
            },
        ]
        return not transact(self._client, actions)

    def _mine(
        self, lease: Lease, change: str, values: "dict[str, AttributeValueTypeDef]"
    ) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(lease.job.organization_id, lease.job.export_id),
                "UpdateExpression": change,
                "ConditionExpression": _MINE,
                "ExpressionAttributeNames": _NAMES,
                "ExpressionAttributeValues": {":owner": {"S": lease.owner}, **values},
            }
        }

    def _commit(self, lease: Lease, actions: "list[TransactWriteItemTypeDef]") -> None:
        if transact(self._client, actions):
            raise Leased(f"Another invocation has taken over export {lease.job.export_id}.")


def _key(organization_id: str, export_id: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": export_pk(organization_id, export_id)}, "sk": {"S": EXPORT}}


def _slot_key(job: Job, slot: int) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": exports_pk(job.organization_id, job.user_id)}, "sk": {"S": f"{SLOT_PREFIX}{slot}"}}


def _seconds(instant: str, later: timedelta) -> str:
    return str(int((datetime.fromisoformat(instant) + later).timestamp()))


def _expiry(job: Job) -> str:
    return _seconds(job.created_at, JOB_LIFE)


def _packed(checkpoint: Checkpoint) -> "AttributeValueTypeDef":
    return {"S": orjson.dumps(asdict(checkpoint)).decode()}


def _item(job: Job) -> "dict[str, AttributeValueTypeDef]":
    asked = {"format": job.format, "criteria": job.criteria, "fields": job.fields}
    return {
        **_key(job.organization_id, job.export_id),
        "organizationId": {"S": job.organization_id},
        "exportId": {"S": job.export_id},
        "userId": {"S": job.user_id},
        "asked": {"S": orjson.dumps(asked).decode()},
        "createdAt": {"S": job.created_at},
        "status": {"S": job.status},
        "leasedUntil": {"N": "0"},
        "expiresAt": {"N": _expiry(job)},
    }


def _job(item: Item) -> Job:
    asked = orjson.loads(item["asked"]["S"])
    checkpoint = orjson.loads(item["checkpoint"]["S"]) if "checkpoint" in item else None
    if checkpoint and checkpoint["after"] is not None:
        checkpoint["after"] = tuple(checkpoint["after"])
    return Job(
        organization_id=item["organizationId"]["S"],
        export_id=item["exportId"]["S"],
        user_id=item["userId"]["S"],
        format=Format(asked["format"]),
        criteria=asked["criteria"],
        fields=tuple(asked["fields"]),
        created_at=item["createdAt"]["S"],
        status=Status(item["status"]["S"]),
        checkpoint=Checkpoint(**checkpoint) if checkpoint else None,
        finished_at=item.get("finishedAt", {}).get("S"),
        reason=item.get("reason", {}).get("S"),
    )
