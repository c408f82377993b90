"""What the sweep has beside the command side's own wiring. Apart from it, since no command loads the cache's client."""

from functools import cache

from command_app.adapters.queue_watch import RedisQueueWatch
from command_app.ports import QueueWatch
from command_app.wiring import settings, sqs
from common.cache import connect

_CACHE_SECONDS = 0.5


@cache
def queue_watch() -> QueueWatch | None:
    """Who looks whether the queue is empty, where there is a cache to note it in."""
    url = settings().cache_url
    return RedisQueueWatch(sqs(), settings().queue_url, connect(url, _CACHE_SECONDS)) if url else None
