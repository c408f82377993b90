"""A `SharedCache` in memory that keeps Redis's rules: times to live, and one claim a key."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from common.cache.connection import Cache, CacheError, Command, Replies
from query_app.cache.ports import Kept, Marks, Place


class FakeSharedCache:
    """`down` makes it know nothing, as a Redis that does not answer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[bytes, float]] = {}
        self._claims: dict[str, float] = {}
        self._marks: dict[tuple[str, str], Marks] = {}
        self.down = False
        self.levels: Counter[str] = Counter()

    def mark(
        self, context: str, organization_id: str, *, epoch: int, settling: bool = False, lag_ms: int | None = None
    ) -> None:
        self._marks[context, organization_id] = Marks(epoch, settling, lag_ms)

    def bump(self, context: str, organization_id: str) -> None:
        marks = self.marks(context, organization_id)
        self._marks[context, organization_id] = replace(marks, epoch=(marks.epoch or 0) + 1)

    def marks(self, context: str, organization_id: str) -> Marks:
        if self.down:
            return Marks()
        return self._marks.setdefault((context, organization_id), Marks(epoch=1))

    def get(self, key: str) -> Kept | None:
        data, until = self._kept.get(key, (b"", 0.0))
        left = until - self._clock()
        return None if self.down or left <= 0 else Kept(data, left)

    def put(self, place: Place, data: bytes, seconds: float) -> None:
        if not self.down and self.marks(place.context, place.organization_id).epoch == place.epoch:
            self._kept[place.key] = (data, self._clock() + seconds)

    def seen(self, context: str, level: str) -> None:
        self.levels[level] += 1

    def claim(self, key: str, seconds: float) -> bool:
        if self.down:
            return True
        if self._claims.get(key, float("-inf")) > self._clock():
            return False
        self._claims[key] = self._clock() + seconds
        return True

    def release(self, key: str) -> None:
        self._claims.pop(key, None)


class Sometimes(Cache):
    """A real cache that nobody can reach while `down`."""

    down = True

    def sent(self, commands: Sequence[Command]) -> Replies:
        if self.down:
            raise CacheError("down")
        return super().sent(commands)
