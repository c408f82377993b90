"""Payments in DynamoDB: state, event, outbox mark and idempotency result in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from command_app.payments.adapters.idempotency_records import completion
from command_app.payments.ports import Claim, Commit, Erasure, Outgoing
from command_app.payments.scrubbing import scrubbed, with_past
from common.batches import batches
from common.domain.events import Event
from common.domain.instants import iso
from common.engines.dynamodb import CONDITION_FAILED, pages, transact, translated
from common.engines.table import (
    PACKS_SHARD,
    PAYER_INDEX,
    STATE,
    audit_pk,
    erasure_sk,
    event_shard,
    event_sk,
    payer_key,
    payment_pk,
    trail_key,
)
from common.errors import Conflict, InFlight, VersionConflict
from common.payments.state import PaymentState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    Item = dict[str, AttributeValueTypeDef]

MAX_ACTIONS = 100
"""What DynamoDB takes in a transaction."""


class DynamoDBPaymentStore:
    """`PaymentStore` and `ErasureStore` on the one table."""

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
        actions = self._actions(event, outgoing, _mark([outgoing]))
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

    def append_new(self, events: Sequence[Event]) -> tuple[Commit, Mapping[str, PaymentState]]:
        """Commit many payments' first events; see `PaymentStore`."""
        found: dict[str, PaymentState] = {}
        left = list(events)
        while left:
            commit = [_outgoing(event) for event in left]
            marks = [_mark(commit), *({} for _ in commit[1:])]
            puts = zip(left, commit, marks, strict=True)
            reasons = transact(self._client, [action for put in puts for action in self._actions(*put)])
            if not reasons:
                return commit, found
            for event, reason in zip(left, reasons[::2], strict=True):
                if reason["Code"] == CONDITION_FAILED:
                    found[event.aggregate_id] = _state_of(reason["Item"])
            left = [event for event in left if event.aggregate_id not in found]
        return (), found

    def erase(self, event: Event, erasure: Erasure) -> Outgoing:
        """Commit an erasure; see `ErasureStore`."""
        earlier = [(item["sk"]["S"], scrubbed(item["event"]["S"])) for page in self._earlier(event) for item in page]
        event = with_past(event, (body for _, body in earlier))
        outgoing = _outgoing(event)
        actions = [*self._actions(event, outgoing, _mark([outgoing])), self._record(event, erasure)]
        rewritten = [self._rewrite(outgoing.pk, sk, body) for sk, body in earlier]
        room = MAX_ACTIONS - len(actions)
        reasons: Sequence[Mapping[str, object]] = ()
        for batch in batches(rewritten[:-room], MAX_ACTIONS):
            reasons = reasons or transact(self._client, batch)
        reasons = reasons or transact(self._client, [*actions, *rewritten[-room:]])
        if reasons:
            raise VersionConflict(f"Payment {event.aggregate_id} was changed by another call at the same time.")
        return outgoing

    def payments_of(self, organization_id: str, user_id: str) -> Iterator[Sequence[str]]:
        """Through the index of payers; see `ErasureStore`."""
        found = pages(
            self._client.query,
            TableName=self._table,
            IndexName=PAYER_INDEX,
            KeyConditionExpression="payer = :payer",
            ExpressionAttributeValues={":payer": {"S": payer_key(organization_id, user_id)}},
        )
        prefix = payment_pk(organization_id, "")
        for items in found:
            yield [item["pk"]["S"].removeprefix(prefix) for item in items]

    def _earlier(self, event: Event) -> Iterator[Sequence[Mapping[str, "AttributeValueTypeDef"]]]:
        return pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": payment_pk(event.organization_id, event.aggregate_id)},
                ":first": {"S": event_sk(1)},
                ":last": {"S": event_sk(event.aggregate_version - 1)},
            },
            ProjectionExpression="sk, event",
            ConsistentRead=True,
        )

    def _rewrite(self, pk: str, sk: str, body: str) -> "TransactWriteItemTypeDef":
        """Not a put: it would bring back a mark that is removed meanwhile, or drop one that is still needed."""
        return {
            "Update": {
                "TableName": self._table,
                "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
                "UpdateExpression": "SET event = :event",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":event": {"S": body}},
            }
        }

    def _record(self, event: Event, erasure: Erasure) -> "TransactWriteItemTypeDef":
        subject: Item = {"subject": {"S": erasure.subject}} if erasure.subject else {}
        return {
            "Put": {
                "TableName": self._table,
                "Item": {
                    "pk": {"S": audit_pk(event.organization_id)},
                    "sk": {"S": erasure_sk(iso(event.occurred_at), event.event_id)},
                    "by": {"S": erasure.by},
                    "action": {"S": erasure.action},
                    "paymentId": {"S": event.aggregate_id},
                    "correlationId": {"S": event.correlation_id},
                    **subject,
                },
            }
        }

    def _actions(self, event: Event, outgoing: Outgoing, mark: "Item") -> list["TransactWriteItemTypeDef"]:
        """Two puts: the state, on the condition of the version before, and the event with the mark, if it bears it."""
        user_id = event.state.get("userId")
        payer: Item = {"payer": {"S": payer_key(event.organization_id, str(user_id))}} if user_id else {}
        state: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": {
                    "pk": {"S": outgoing.pk},
                    "sk": {"S": STATE},
                    "version": {"N": str(event.aggregate_version)},
                    "state": {"S": orjson.dumps(event.state).decode()},
                    **payer,
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
                    "trail": {"S": trail_key(event.organization_id, event.correlation_id)},
                    **mark,
                },
            }
        }
        return [state, stored]


def _outgoing(event: Event) -> Outgoing:
    pk = payment_pk(event.organization_id, event.aggregate_id)
    return Outgoing(pk, event_sk(event.aggregate_version), event.to_json())


def _mark(commit: Commit) -> "Item":
    """What the commit's first event has until all of its events are sent: a shard, and where the others are."""
    first, *others = commit
    if not others:
        return {"outbox": {"S": event_shard(first.pk)}}
    return {"outbox": {"S": PACKS_SHARD}, "together": {"SS": [other.pk for other in others]}}


def _state_of(item: Mapping[str, "AttributeValueTypeDef"]) -> PaymentState:
    return PaymentState.model_validate_json(item["state"]["S"])
