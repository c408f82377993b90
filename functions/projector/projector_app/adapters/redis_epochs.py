"""Cache epochs, and how far the projection is, in Redis."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError

from common.batches import batches
from common.cache.keys import (
    LAGS_KEPT,
    epoch_key,
    first_epoch,
    kept_key,
    lag_key,
    lags_key,
    projected_key,
    settling_key,
)
from common.domain.model import iso
from common.edge.observability import count, logger
from projector_app.ports import Progress

DELETED_A_CALL = 500


class RedisEpochs:
    """`Epochs` in the shared cache."""

    def __init__(self, client: Redis, context: str, refresh_interval_ms: int) -> None:
        self._client = client
        self._context = context
        self._refresh_interval_ms = refresh_interval_ms
        self._owed: dict[str, Progress] = {}

    def bump(self, progress: Mapping[str, Progress]) -> bool:
        """One round trip for all organizations; what a dead cache could not be told is told with the next batch."""
        for organization_id, each in progress.items():
            before = self._owed.get(organization_id)
            owed = before is not None and before.erased and not each.erased
            self._owed[organization_id] = replace(each, erased=True) if owed else each
        try:
            self._tell(self._owed)
        except RedisError as error:
            count("CacheUnavailable")
            logger.warning("cache epochs not bumped yet", extra={"reason": type(error).__name__})
            return False
        self._owed.clear()
        return True

    def _tell(self, progress: Mapping[str, Progress]) -> None:
        pipeline = self._client.pipeline(transaction=False)
        for organization_id, each in progress.items():
            epoch = epoch_key(self._context, organization_id)
            pipeline.set(epoch, first_epoch(), nx=True)
            pipeline.incr(epoch)
            # Twice: a refresh that comes late must not find the answers of before it kept for long.
            pipeline.set(settling_key(self._context, organization_id), 1, px=2 * self._refresh_interval_ms)
            pipeline.set(lag_key(self._context, organization_id), max(each.lags_ms))
            self._note(pipeline, organization_id, each)
        self._note(pipeline, None, _all_together(list(progress.values())))
        pipeline.execute()
        for organization_id, each in progress.items():
            if each.erased:
                self._delete_kept(organization_id)

    def _delete_kept(self, organization_id: str) -> None:
        """After the bump, which lets nobody keep anything under the old epoch: so all of it is found here."""
        kept = kept_key(self._context, organization_id)
        found: list[bytes] = self._client.zrange(kept, 0, -1)  # type: ignore[assignment]  # no scores asked for
        for keys in batches(found, DELETED_A_CALL):
            pipeline = self._client.pipeline(transaction=False)
            pipeline.unlink(*keys)
            pipeline.zrem(kept, *keys)
            pipeline.execute()

    def _note(self, pipeline: Pipeline, organization_id: str | None, progress: Progress) -> None:
        lags = lags_key(self._context, organization_id)
        pipeline.lpush(lags, *progress.lags_ms[:LAGS_KEPT])
        pipeline.ltrim(lags, 0, LAGS_KEPT - 1)
        pipeline.set(projected_key(self._context, organization_id), iso(progress.newest))


def _all_together(progress: Sequence[Progress]) -> Progress:
    return Progress([lag for each in progress for lag in each.lags_ms], max(each.newest for each in progress))
