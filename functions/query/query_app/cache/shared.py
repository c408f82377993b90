"""L2: Redis, shared by all processes. Down or slow, it is a miss and never an error."""

import struct
import time
import zlib
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from common.cache.connection import Cache, CacheError, Command
from common.cache.keys import answers_key, asked_key, epoch_key, first_epoch, hour_of, kept_key, lag_key, settling_key
from common.edge.observability import count, logger
from common.errors import EngineUnavailable
from query_app.cache.ports import Kept, Marks, Place

T = TypeVar("T")

_COMPRESS_FROM = 1024
_COUNTS_EVERY_SECONDS = 1.0
_COUNTS_KEPT_SECONDS = 3 * 3600
_ASKED_KEPT_SECONDS = 60
_PLAIN, _COMPRESSED = b"p", b"z"
_HEAD = struct.Struct(">cQ")
"""Before each entry: how it is stored, and when it ends, in milliseconds since 1970. It saves asking for that too."""

_PUT = """
local epoch, kept, result = KEYS[1], KEYS[2], KEYS[3]
local current, data, ms = ARGV[1], ARGV[2], tonumber(ARGV[3])
if redis.call('GET', epoch) ~= current then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', result, data, 'PX', ms)
redis.call('ZREMRANGEBYSCORE', kept, '-inf', now)
redis.call('ZADD', kept, now + ms, result)
if redis.call('PTTL', kept) < ms then redis.call('PEXPIRE', kept, ms) end
return 1
"""
"""All at one moment: an erasure, which first raises the epoch, finds what was kept before, and nothing comes after."""


class RedisCache:
    """A `SharedCache`. After a failure Redis is left alone for `rest_seconds`."""

    def __init__(self, cache: Cache, rest_seconds: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._resting_until = float("-inf")
        self._counts: Counter[tuple[str, str]] = Counter()
        self._counts_told_at = float("-inf")

    def marks(self, context: str, organization_id: str) -> Marks:
        """The organization's epoch, whether it settles, and its lag: one round trip, which takes the counts along."""
        return self._tried(lambda: self._marks(context, organization_id), Marks())

    def get(self, key: str) -> Kept | None:
        """A kept answer."""
        return self._tried(lambda: self._get(key), None)

    def put(self, place: Place, data: bytes, seconds: float) -> None:
        """Keep an answer, compressed when that pays."""
        ms = max(1, int(seconds * 1000))
        kind, packed = (_PLAIN, data) if len(data) < _COMPRESS_FROM else (_COMPRESSED, zlib.compress(data, level=1))
        stored = _HEAD.pack(kind, time.time_ns() // 1_000_000 + ms) + packed
        organization = (place.context, place.organization_id)
        keys = [epoch_key(*organization), kept_key(*organization), place.key]
        self._tried(lambda: self._cache.script(_PUT, keys, place.epoch, stored, ms), None)

    def seen(self, context: str, level: str) -> None:
        """Count; told to Redis at most once a second, with the marks of a later question."""
        self._counts[context, level] += 1

    def claim(self, key: str, seconds: float) -> bool:
        """Whether this process is the one to execute; so is everyone while Redis is down."""
        return self._tried(
            lambda: bool(self._cache.call("SET", _flight(key), b"", "NX", "PX", int(seconds * 1000))), otherwise=True
        )

    def release(self, key: str) -> None:
        """Let the next one execute. A claim that outlived its time costs one more execution, nothing else."""
        self._tried(lambda: self._cache.call("DEL", _flight(key)), None)

    def asked(self, context: str, organization_id: str, window: int, number: int) -> int | None:
        """A `Tally`."""
        key = asked_key(context, organization_id, window)
        counted = [("INCRBY", key, number), ("EXPIRE", key, _ASKED_KEPT_SECONDS)]
        return self._tried(lambda: int(self._cache.pipeline(counted)[0]), None)

    def ping(self) -> None:
        """Raise EngineUnavailable unless Redis answers."""
        try:
            self._cache.call("PING")
        except CacheError as exc:
            raise EngineUnavailable("The cache did not answer.") from exc

    def _marks(self, context: str, organization_id: str) -> Marks:
        key = epoch_key(context, organization_id)
        keys = [key, settling_key(context, organization_id), lag_key(context, organization_id)]
        counts = self._counts_to_tell() if self._counts_are_due() else []
        (epoch, settling, lag), *_ = self._cache.pipeline([("MGET", *keys), *counts])
        if epoch is None:
            _, epoch = self._cache.pipeline([("SET", key, first_epoch(), "NX"), ("GET", key)])
        return Marks(
            epoch=int(epoch) if epoch is not None else None,
            settling=settling is not None,
            lag_ms=int(lag) if lag is not None else None,
        )

    def _counts_are_due(self) -> bool:
        return bool(self._counts) and self._clock() - self._counts_told_at >= _COUNTS_EVERY_SECONDS

    def _counts_to_tell(self) -> list[Command]:
        counts, self._counts = self._counts, Counter()
        self._counts_told_at = self._clock()
        commands: list[Command] = []
        for (context, level), number in counts.items():
            of_this_hour = answers_key(context, hour_of(time.time()))
            commands += [("HINCRBY", of_this_hour, level, number), ("EXPIRE", of_this_hour, _COUNTS_KEPT_SECONDS)]
        return commands

    def _get(self, key: str) -> Kept | None:
        stored = self._cache.call("GET", key)
        if not isinstance(stored, bytes) or len(stored) < _HEAD.size:
            return None
        kind, ends_at = _HEAD.unpack_from(stored)
        left_ms = ends_at - time.time_ns() // 1_000_000
        if left_ms <= 0:
            return None
        packed = memoryview(stored)[_HEAD.size :]
        try:
            data = zlib.decompress(packed) if kind == _COMPRESSED else bytes(packed)
        except zlib.error:
            return None
        return Kept(data, left_ms / 1000)

    def _tried(self, call: Callable[[], T], otherwise: T) -> T:
        if self._clock() < self._resting_until:
            return otherwise
        try:
            return call()
        except (CacheError, ValueError) as exc:
            self._resting_until = self._clock() + self._rest_seconds
            count("CacheUnavailable")
            logger.warning("cache unavailable", extra={"reason": str(exc)})
            return otherwise


def _flight(key: str) -> str:
    return f"{key}:flight"
