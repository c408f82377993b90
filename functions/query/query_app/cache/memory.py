"""L1: this process's memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cachetools import TLRUCache


@dataclass(frozen=True)
class _Entry:
    data: bytes
    seconds: float


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
        self._lock = Lock()
        self._entries: TLRUCache[str, _Entry] = TLRUCache(
            maxsize=max_bytes,
            ttu=lambda _key, entry, now: now + entry.seconds,
            timer=clock,
            getsizeof=lambda entry: max(least, len(entry.data)),
        )

    def get(self, key: str) -> bytes | None:
        """What was put, until its time is over."""
        with self._lock:
            entry = self._entries.get(key)
        return entry.data if entry else None

    def put(self, key: str, data: bytes, seconds: float) -> None:
        """Keep `data` for `seconds`; what is larger than the whole cache is not kept."""
        if len(data) <= self._max_bytes and seconds > 0:
            with self._lock:
                self._entries[key] = _Entry(data, seconds)
