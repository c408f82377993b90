"""What the sweep has beside the outbox. Apart from it, since no command loads the cache's client."""

from functools import cache

from command_app.payments.adapters.queue_watch import RedisQueueWatch
from command_app.payments.outbox_wiring import settings, sqs
from command_app.payments.ports import QueueWatch
from common.cache.connection import open_cache

_CACHE_SECONDS = 0.5


@cache
def queue_watch() -> QueueWatch | None:
    """Who looks whether the queue is empty, where there is a cache to note it in."""
    if not settings().cache_url:
        return None
    return RedisQueueWatch(sqs(), settings().queue_url, open_cache(settings(), _CACHE_SECONDS))
