"""The write side in DynamoDB."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from common.batches import batches
from common.domain.events import Event, read_event
from common.domain.upcasters import UPCASTERS
from common.engines.dynamodb import pages, translated
from common.engines.table import EVENT_PREFIX, STATE, event_sk, payment_pk
from common.errors import Permanent
from common.payments.state import PaymentState
from operations_app.adapters.scan import SEGMENTS, scan
from operations_app.past import EventKey
from operations_app.ports import EventPage, Position
from operations_app.totals import NONE, Bucket, Entry, Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesTypeDef

_PER_BATCH = 100
"""What BatchGetItem takes."""
_NAMES = {"#state": "state"}
_FIELDS = "pk, #state"


class DynamoDBWriteSide:
    """`WriteSide` on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str, segments: int = SEGMENTS) -> None:
        self._client = client
        self._table = table
        self._segments = segments

    def entries(self, organization_id: str | None) -> Iterator[Sequence[Entry]]:
        """Scan all states; see `WriteSide`."""
        request = {
            "TableName": self._table,
            "FilterExpression": "sk = :state AND begins_with(pk, :prefix)",
            "ProjectionExpression": _FIELDS,
            "ExpressionAttributeNames": _NAMES,
            "ExpressionAttributeValues": {
                ":state": {"S": STATE},
                ":prefix": {"S": payment_pk(organization_id, "") if organization_id else "ORG#"},
            },
        }
        starts = dict.fromkeys(range(self._segments))
        for page in scan(self._client, request, starts, self._segments):
            yield [_entry(item) for item in page.items]

    def current(self, keys: Iterable[Key]) -> Mapping[Key, Entry]:
        """Read consistently."""
        wanted = [(payment_pk(*key), STATE) for key in dict.fromkeys(keys)]
        projection = {"ProjectionExpression": _FIELDS, "ExpressionAttributeNames": _NAMES}
        entries = map(_entry, _items(self._client, self._table, wanted, projection))
        return {entry.key: entry for entry in entries}

    def events(self, key: Key) -> Sequence[Event]:
        """Read consistently. Raises Unreadable."""
        found = pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues={":pk": {"S": payment_pk(*key)}, ":event": {"S": EVENT_PREFIX}},
            ProjectionExpression="event",
            ConsistentRead=True,
        )
        return [read_event(item["event"]["S"], UPCASTERS) for items in found for item in items]


class DynamoDBEventStore:
    """`EventStore` on the one table; reads consistently, so that what was committed before is seen."""

    def __init__(self, client: "DynamoDBClient", table: str, page_size: int | None = None) -> None:
        self._client = client
        self._table = table
        self._page_size = page_size

    def pages(self, starts: Sequence[Position]) -> Iterator[EventPage]:
        """Scan; see `EventStore`."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": "begins_with(sk, :event)",
            "ProjectionExpression": "event",
            "ExpressionAttributeValues": {":event": {"S": EVENT_PREFIX}},
            "ConsistentRead": True,
        }
        if self._page_size:
            request["Limit"] = self._page_size
        scanned = {segment: start.scanned for segment, start in enumerate(starts)}
        keys = {
            segment: {name: {"S": value} for name, value in start.after.items()} if start.after else None
            for segment, start in enumerate(starts)
            if not start.done
        }
        for page in scan(self._client, request, keys, len(starts)):
            scanned[page.segment] += page.scanned
            after = {name: value["S"] for name, value in page.next_key.items()} if page.next_key else None
            position = Position(after, scanned[page.segment], done=after is None)
            yield EventPage(page.segment, [item["event"]["S"] for item in page.items], position)

    def find(self, keys: Collection[EventKey]) -> Sequence[str]:
        """Read consistently, by BatchGetItem."""
        wanted = [(payment_pk(key.organization_id, key.payment_id), event_sk(key.version)) for key in keys]
        found = _items(self._client, self._table, wanted, {"ProjectionExpression": "event"})
        return [item["event"]["S"] for item in found]

    def estimated_items(self) -> int:
        """DynamoDB counts every six hours."""
        with translated():
            return self._client.describe_table(TableName=self._table)["Table"].get("ItemCount", 0)


def _items(
    client: "DynamoDBClient", table: str, keys: Sequence[tuple[str, str]], projection: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """These items, as far as they are there, read consistently."""
    for batch in batches(keys, _PER_BATCH):
        left: list[dict[str, AttributeValueTypeDef]] = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in batch]
        while left:
            request: KeysAndAttributesTypeDef = {"Keys": left, "ConsistentRead": True, **projection}  # type: ignore[typeddict-item]
            with translated():
                answer = client.batch_get_item(RequestItems={table: request})
            yield from answer["Responses"].get(table, [])
            unprocessed = answer["UnprocessedKeys"].get(table)
            left = [dict(key) for key in unprocessed["Keys"]] if unprocessed else []


def _entry(item: Mapping[str, Any]) -> Entry:
    """Raises Permanent for a state that is no payment."""
    try:
        state = PaymentState.model_validate_json(item["state"]["S"])
        minor, refund_minor = state.money.minor, state.refunded.minor
    except (ValidationError, ValueError) as error:
        raise Permanent(f"{item['pk']['S']} holds no payment: {type(error).__name__}") from error
    day = state.processed_at.date().isoformat() if state.processed_at else NONE
    return Entry(
        key=Key(state.organization_id, state.payment_id),
        version=state.version,
        bucket=Bucket(state.organization_id, state.currency, day),
        status=state.status.value,
        minor=minor,
        refund_minor=refund_minor,
        updated_at=state.updated_at,
        deleted=bool(state.deleted),
    )
