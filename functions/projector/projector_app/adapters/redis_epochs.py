"""Cache epochs in Redis."""

from collections.abc import Mapping

from redis import Redis
from redis.exceptions import RedisError

from common.cache_keys import epoch_key, first_epoch, lag_key, settling_key
from common.observability import count, logger

CONTEXT = "payments"


class RedisEpochs:
    """`Epochs` in the shared cache."""

    def __init__(self, client: Redis, refresh_interval_ms: int) -> None:
        self._client = client
        self._refresh_interval_ms = refresh_interval_ms
        self._owed: dict[str, int] = {}

    def bump(self, lags_ms: Mapping[str, int]) -> None:
        """One round trip for all organizations; what a dead cache could not be told is told with the next batch."""
        self._owed.update(lags_ms)
        pipeline = self._client.pipeline(transaction=False)
        for organization_id, lag in self._owed.items():
            epoch = epoch_key(CONTEXT, organization_id)
            pipeline.set(epoch, first_epoch(), nx=True)
            pipeline.incr(epoch)
            # Twice: a refresh that comes late must not find the answers of before it kept for long.
            pipeline.set(settling_key(CONTEXT, organization_id), 1, px=2 * self._refresh_interval_ms)
            pipeline.set(lag_key(CONTEXT, organization_id), lag)
        try:
            pipeline.execute()
        except RedisError as error:
            count("CacheUnavailable")
            logger.warning("cache epochs not bumped yet", extra={"reason": type(error).__name__})
            return
        self._owed.clear()
