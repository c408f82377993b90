"""Cache epochs, and how far the projection is, in Redis."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from common.batches import batches
from common.cache.connection import Cache, CacheError, Command
from common.cache.keys import (
    LAGS_KEPT,
    LAGS_TOGETHER,
    epoch_key,
    first_epoch,
    kept_key,
    lag_key,
    lags_key,
    projected_key,
    settling_key,
)
from common.domain.instants import iso
from common.edge.observability import count, logger
from projector_app.ports import Progress

DELETED_A_CALL = 500


class RedisEpochs:
    """`Epochs` in the shared cache."""

    def __init__(self, cache: Cache, context: str, refresh_interval_ms: int) -> None:
        self._cache = cache
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
        except CacheError as error:
            count("CacheUnavailable")
            logger.warning("cache epochs not bumped yet", extra={"reason": str(error)})
            return False
        self._owed.clear()
        return True

    def _tell(self, progress: Mapping[str, Progress]) -> None:
        commands: list[Command] = []
        all_lags: list[str] = []
        for organization_id, each in progress.items():
            epoch = epoch_key(self._context, organization_id)
            lags = list(map(str, each.lags_ms))
            commands += [
                ("SET", epoch, first_epoch(), "NX"),
                ("INCR", epoch),
                # Twice: a refresh that comes late must not find the answers of before it kept for long.
                ("SET", settling_key(self._context, organization_id), 1, "PX", 2 * self._refresh_interval_ms),
                ("SET", lag_key(self._context, organization_id), max(each.lags_ms)),
                *self._notes(organization_id, lags, each.newest),
            ]
            all_lags += lags
        commands += self._notes(None, all_lags, max(each.newest for each in progress.values()))
        self._cache.pipeline(commands)
        for organization_id, each in progress.items():
            if each.erased:
                self._delete_kept(organization_id)

    def _delete_kept(self, organization_id: str) -> None:
        """After the bump, which lets nobody keep anything under the old epoch: so all of it is found here."""
        kept = kept_key(self._context, organization_id)
        found: list[bytes] = self._cache.call("ZRANGE", kept, 0, -1)
        for keys in batches(found, DELETED_A_CALL):
            self._cache.pipeline([("UNLINK", *keys), ("ZREM", kept, *keys)])

    def _notes(self, organization_id: str | None, lags: Sequence[str], newest: datetime) -> Sequence[Command]:
        key = lags_key(self._context, organization_id)
        # Together, as a batch has many, and each entry is work for both sides.
        together = [" ".join(reversed(some)) for some in batches(lags[:LAGS_KEPT], LAGS_TOGETHER)]
        return [
            ("LPUSH", key, *together),
            ("LTRIM", key, 0, LAGS_KEPT - 1),
            ("SET", projected_key(self._context, organization_id), iso(newest)),
        ]
