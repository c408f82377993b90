"""Cache epochs, and how far the projection is, in Redis."""

from collections.abc import Mapping, Sequence

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError

from common.cache_keys import LAGS_KEPT, epoch_key, first_epoch, lag_key, lags_key, projected_key, settling_key
from common.model import iso
from common.observability import count, logger
from projector_app.ports import Progress

CONTEXT = "payments"


class RedisEpochs:
    """`Epochs` in the shared cache."""

    def __init__(self, client: Redis, refresh_interval_ms: int) -> None:
        self._client = client
        self._refresh_interval_ms = refresh_interval_ms
        self._owed: dict[str, Progress] = {}

    def bump(self, progress: Mapping[str, Progress]) -> None:
        """One round trip for all organizations; what a dead cache could not be told is told with the next batch."""
        self._owed.update(progress)
        pipeline = self._client.pipeline(transaction=False)
        for organization_id, each in self._owed.items():
            epoch = epoch_key(CONTEXT, organization_id)
            pipeline.set(epoch, first_epoch(), nx=True)
            pipeline.incr(epoch)
            # Twice: a refresh that comes late must not find the answers of before it kept for long.
            pipeline.set(settling_key(CONTEXT, organization_id), 1, px=2 * self._refresh_interval_ms)
            pipeline.set(lag_key(CONTEXT, organization_id), max(each.lags_ms))
            _note(pipeline, organization_id, each)
        _note(pipeline, None, _all_together(list(self._owed.values())))
        try:
            pipeline.execute()
        except RedisError as error:
            count("CacheUnavailable")
            logger.warning("cache epochs not bumped yet", extra={"reason": type(error).__name__})
            return
        self._owed.clear()


def _note(pipeline: Pipeline, organization_id: str | None, progress: Progress) -> None:
    lags = lags_key(CONTEXT, organization_id)
    pipeline.lpush(lags, *progress.lags_ms[:LAGS_KEPT])
    pipeline.ltrim(lags, 0, LAGS_KEPT - 1)
    pipeline.set(projected_key(CONTEXT, organization_id), iso(progress.newest))


def _all_together(progress: Sequence[Progress]) -> Progress:
    return Progress([lag for each in progress for lag in each.lags_ms], max(each.newest for each in progress))
