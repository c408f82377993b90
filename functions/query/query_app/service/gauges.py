"""What the freshness report measures in SQS, DynamoDB and Redis."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from common.cache.connection import Cache, CacheError, Command
from common.cache.keys import (
    HELD_SECONDS,
    LAGS_KEPT,
    answers_key,
    empty_key,
    hour_of,
    lags_key,
    projected_key,
    reached_key,
    taken_key,
)
from common.domain.instants import iso
from common.engines.sqs import translated
from common.engines.table import OUTBOX_INDEX, OUTBOX_SHARDS
from common.errors import EngineUnavailable
from query_app.service.freshness import Gauge, age_ms, lag_summary, sent_after

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

Json = dict[str, Any]

_LEVELS = ("l1", "l2", "miss")

MARKS_COUNTED = 250
"""Outbox marks counted a shard at most: who has more needs no exact number."""


class QueueGauge:
    """Messages of a queue."""

    def __init__(self, client: "SQSClient", queue_url: str, called: str) -> None:
        self._client = client
        self._queue_url = queue_url
        self._called = called

    def __call__(self, organization_id: str, at: datetime) -> Json:  # noqa: ARG002  # of all organizations, and of now
        """`waiting` and `inFlight`, both approximate, as SQS counts."""
        with translated(f"The {self._called}"):
            counts = self._client.get_queue_attributes(
                QueueUrl=self._queue_url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )["Attributes"]
        return {
            "waiting": int(counts["ApproximateNumberOfMessages"]),
            "inFlight": int(counts["ApproximateNumberOfMessagesNotVisible"]),
        }


class EventQueueGauge:
    """The event queue, and its age, which SQS tells to CloudWatch only: by what projector and sweep note in Redis."""

    def __init__(self, depth: Gauge, cache: Cache | None) -> None:
        self._depth = depth
        self._cache = cache

    def __call__(self, organization_id: str, at: datetime) -> Json:
        """The depth, and `oldestMs`: at most so long has the oldest message waited."""
        depth = self._depth(organization_id, at)
        waits = depth["waiting"] or depth["inFlight"]
        since = self._sent_after(at) if waits else None
        oldest = None if since is None else age_ms(datetime.fromtimestamp(since / 1000, UTC), at)
        return {**depth, "oldestMs": oldest}

    def _sent_after(self, at: datetime) -> int | None:
        if self._cache is None:
            return None
        held_since = int((at.timestamp() - HELD_SECONDS) * 1000)
        commands: list[Command] = [
            ("GET", reached_key("payments")),
            ("GET", empty_key("payments")),
            ("ZRANGEBYSCORE", taken_key("payments"), held_since, "+inf"),
        ]
        try:
            reached, empty, batches = self._cache.pipeline(commands)
        except CacheError:
            # The report's own part `projection` says that the cache does not answer.
            return None
        held = [int(batch.partition(b":")[0]) for batch in batches]
        return sent_after(int(reached) if reached else None, held, int(empty) if empty else None)


class OutboxGauge:
    """Commits whose events are not all known to be sent."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def __call__(self, organization_id: str, at: datetime) -> Json:  # noqa: ARG002  # of all organizations
        """`unsent`, exact or (`relation` gte) at least so many, and `oldestAt` with its age `oldestMs`."""
        try:
            shards = [self._oldest(shard) for shard in OUTBOX_SHARDS]
        except (BotoCoreError, ClientError) as exc:
            raise EngineUnavailable(f"The table did not answer: {type(exc).__name__}.") from exc
        marks = [mark for occurred, _ in shards for mark in occurred]
        oldest = min(marks, default=None)
        return {
            "unsent": len(marks),
            "relation": "gte" if any(more for _, more in shards) else "eq",
            "oldestAt": oldest,
            "oldestMs": age_ms(datetime.fromisoformat(oldest), at) if oldest else None,
        }

    def _oldest(self, shard: str) -> tuple[list[str], bool]:
        """When the oldest marks of a shard were made, and whether there are more."""
        answer = self._client.query(
            TableName=self._table_name,
            IndexName=OUTBOX_INDEX,
            KeyConditionExpression="outbox = :shard",
            ExpressionAttributeValues={":shard": {"S": shard}},
            Limit=MARKS_COUNTED,
        )
        return [item["occurredAt"]["S"] for item in answer["Items"]], "LastEvaluatedKey" in answer


class ProjectionGauge:
    """How far the projector is, as it notes in Redis."""

    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache

    def __call__(self, organization_id: str, at: datetime) -> Json:
        """`everyone`, and the caller's `organization`: the newest event of the latest batch, and the latest lags."""
        if self._cache is None:
            raise EngineUnavailable("There is no cache here in which the projector could note it.")
        scopes = {"everyone": None, "organization": organization_id}
        commands: list[Command] = []
        for scope in scopes.values():
            commands += [("GET", projected_key("payments", scope)), ("LRANGE", lags_key("payments", scope), 0, -1)]
        try:
            noted = iter(self._cache.pipeline(commands))
        except CacheError as exc:
            raise EngineUnavailable(f"The cache did not answer: {exc}.") from exc
        return {name: _progress(next(noted), next(noted), at) for name in scopes}


class CacheGauge:
    """Where answers came from, as the query functions count it in Redis."""

    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache

    def __call__(self, organization_id: str, at: datetime) -> Json:  # noqa: ARG002  # of all organizations
        """`l1`, `l2` and `miss` of the present hour and the one before, and `since` when that is."""
        if self._cache is None:
            raise EngineUnavailable("There is no cache here.")
        hour = hour_of(at.timestamp())
        try:
            hours = self._cache.pipeline(
                [("HMGET", answers_key("payments", each), *_LEVELS) for each in (hour - 1, hour)]
            )
        except CacheError as exc:
            raise EngineUnavailable(f"The cache did not answer: {exc}.") from exc
        counts = {level: sum(map(int, filter(None, each))) for level, *each in zip(_LEVELS, *hours, strict=True)}
        return {"since": iso(datetime.fromtimestamp((hour - 1) * 3600, UTC)), **counts}


def _progress(newest: bytes | None, lags: list[bytes], at: datetime) -> Json:
    return {
        "lastEventAt": newest.decode() if newest else None,
        "lastEventMs": age_ms(datetime.fromisoformat(newest.decode()), at) if newest else None,
        "lagMs": lag_summary([int(lag) for together in lags for lag in together.split()][:LAGS_KEPT]),
    }
