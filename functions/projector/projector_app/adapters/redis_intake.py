"""What the queue's age is told by, noted in Redis; the freshness report reads it."""

import time
from collections.abc import Callable, Sequence

from common.cache.connection import Cache, CacheError, Command, Replies
from common.cache.keys import HELD_SECONDS, reached_key, taken_key
from common.edge.observability import count, logger
from projector_app.ports import Message, Taken


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class RedisIntake:
    """`Intake` in the shared cache: a request before a batch and one after it, whatever its size.

    The batch is worked on while the first is on its way, and `done` hears what became of it.
    """

    def __init__(self, cache: Cache, context: str, clock_ms: Callable[[], int] = _now_ms) -> None:
        self._cache = cache
        self._context = context
        self._clock_ms = clock_ms
        self._noted: Replies = list

    def took(self, messages: Sequence[Message]) -> Taken | None:
        """Note how far back the batch reaches."""
        oldest = _oldest(messages)
        if oldest is None:
            return None
        at_ms = self._clock_ms()
        taken = Taken(at_ms, f"{oldest}:{at_ms}:{messages[0].message_id}")
        first_time = _oldest([message for message in messages if not message.redelivered])
        commands: list[Command] = [
            ("ZREMRANGEBYSCORE", taken_key(self._context), "-inf", taken.at_ms - HELD_SECONDS * 1000),
            ("ZADD", taken_key(self._context), taken.at_ms, taken.batch),
        ]
        if first_time is not None:
            commands.append(("SET", reached_key(self._context), first_time))
        try:
            self._noted = self._cache.sent(commands)
        except CacheError as error:
            _not_noted(error)
            return None
        return taken

    def done(self, taken: Taken | None, left: Sequence[Message]) -> None:
        """Forget the batch, but for what is left of it."""
        if taken is None:
            return
        commands: list[Command] = [("ZREM", taken_key(self._context), taken.batch)]
        oldest = _oldest(left)
        if oldest is not None:
            again = f"{oldest}:{taken.at_ms}:{left[0].message_id}"
            commands.append(("ZADD", taken_key(self._context), taken.at_ms, again))
        try:
            self._noted()
            self._cache.pipeline(commands)
        except CacheError as error:
            _not_noted(error)


def _not_noted(error: CacheError) -> None:
    count("CacheUnavailable")
    logger.warning("queue's age not noted", extra={"reason": str(error)})


def _oldest(messages: Sequence[Message]) -> int | None:
    return min([message.sent_ms for message in messages if message.sent_ms is not None], default=None)
