"""L1: this process's memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache, TLRUCache

from common.cache.keys import results_of
from query_app.cache.ports import Kept, Place


@dataclass(frozen=True)
class _Entry:
    data: bytes
    until: float


class MemoryCache:
    """The latest used entries, up to a number of bytes and of entries, each for its own time."""

    def __init__(
        self,
        max_bytes: int = 32 * 2**20,
        max_entries: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # An entry weighs at least its share of the bytes, so that one limit also bounds how many there are.
        least = max_bytes // max_entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = Lock()
        self._entries: TLRUCache[str, _Entry] = TLRUCache(
            maxsize=max_bytes,
            ttu=lambda _key, entry, _now: entry.until,
            timer=clock,
            getsizeof=lambda entry: max(least, len(entry.data)),
        )
        self._epochs: LRUCache[str, int] = LRUCache(max_entries)

    def get(self, key: str) -> Kept | None:
        """What was put, until its time is over."""
        with self._lock:
            entry = self._entries.get(key)
        return Kept(entry.data, entry.until - self._clock()) if entry else None

    def put(self, place: Place, data: bytes, seconds: float) -> None:
        """Keep `data` for `seconds`; what is larger than the whole cache is not kept.

        With the first answer of an epoch, the organization's answers of older ones are dropped: nobody asks for them
        again, and they may hold what was erased.
        """
        with self._lock:
            organization = results_of(place.context, place.organization_id)
            newest = self._epochs.get(organization, -1)
            if place.epoch < newest:
                return
            if place.epoch > newest:
                self._epochs[organization] = place.epoch
                for key in [key for key in self._entries if key.startswith(organization)]:
                    self._entries.pop(key, None)
            if len(data) <= self._max_bytes and seconds > 0:
                self._entries[place.key] = _Entry(data, self._clock() + seconds)
