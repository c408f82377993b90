"""Payments in DynamoDB: state, event, outbox mark and idempotency result in one transaction."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from command_app.adapters.dynamodb import CONDITION_FAILED, transact, translated
from command_app.adapters.idempotency_records import completion
from command_app.ports import Claim, Outgoing
from common.errors import Conflict, InFlight, VersionConflict
from common.events import Event
from common.model import iso
from common.payments import PaymentState
from common.table import STATE, event_sk, outbox_shard, payment_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef


class DynamoDBPaymentStore:
    """`PaymentStore` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self, organization_id: str, payment_id: str) -> PaymentState | None:
        """The newest state, read consistently; None where there is none."""
        with translated():
            item = self._client.get_item(
                TableName=self._table,
                Key={"pk": {"S": payment_pk(organization_id, payment_id)}, "sk": {"S": STATE}},
                ConsistentRead=True,
            ).get("Item")
        return _state_of(item) if item else None

    def append(self, event: Event, claim: Claim | None, result: bytes) -> Outgoing:
        """Commit one event; see `PaymentStore`."""
        outgoing = _outgoing(event)
        actions = self._actions(event, outgoing)
        if claim:
            actions.append(completion(self._table, claim, result))
        reasons = transact(self._client, actions)
        if not reasons:
            return outgoing
        if claim and reasons[-1]["Code"] == CONDITION_FAILED:
            raise InFlight("Another call took over this Idempotency-Key.", retry_after=1)
        if event.aggregate_version == 1:
            raise Conflict(f"Payment {event.aggregate_id} is there already.")
        raise VersionConflict(f"Payment {event.aggregate_id} was changed by another call at the same time.")

    def append_new(self, events: Sequence[Event]) -> tuple[Sequence[Outgoing], Mapping[str, PaymentState]]:
        """Commit many payments' first events; see `PaymentStore`."""
        found: dict[str, PaymentState] = {}
        left = list(events)
        while left:
            outgoing = [_outgoing(event) for event in left]
            pairs = zip(left, outgoing, strict=True)
            reasons = transact(self._client, [action for pair in pairs for action in self._actions(*pair)])
            if not reasons:
                return outgoing, found
            for event, reason in zip(left, reasons[::2], strict=True):
                if reason["Code"] == CONDITION_FAILED:
                    found[event.aggregate_id] = _state_of(reason["Item"])
            left = [event for event in left if event.aggregate_id not in found]
        return (), found

    def _actions(self, event: Event, outgoing: Outgoing) -> list["TransactWriteItemTypeDef"]:
        """Two puts: the state, on the condition of the version before, and the event with its outbox mark."""
        state: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {
                    "pk": {"S": outgoing.pk},
                    "sk": {"S": STATE},
                    "version": {"N": str(event.aggregate_version)},
                    "state": {"S": orjson.dumps(event.state).decode()},
                },
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }
        if event.aggregate_version > 1:
            state["Put"]["ConditionExpression"] = "version = :before"
            state["Put"]["ExpressionAttributeValues"] = {":before": {"N": str(event.aggregate_version - 1)}}
        stored: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {
                    "pk": {"S": outgoing.pk},
                    "sk": {"S": outgoing.sk},
                    "event": {"S": outgoing.body},
                    "occurredAt": {"S": iso(event.occurred_at)},
                    "outbox": {"S": outbox_shard(outgoing.pk)},
                },
            }
        }
        return [state, stored]


def _outgoing(event: Event) -> Outgoing:
    pk = payment_pk(event.organization_id, event.aggregate_id)
    return Outgoing(pk, event_sk(event.aggregate_version), event.to_json())


def _state_of(item: Mapping[str, "AttributeValueTypeDef"]) -> PaymentState:
    return PaymentState.model_validate_json(item["state"]["S"])
