"""What every projector is made of, whatever it projects; each context's own wiring calls it once a process."""

from collections.abc import Callable

from common.cache.connection import open_cache
from common.domain.documents import SearchIndex
from common.engines.json_client import Limits, sqs_client
from common.engines.search import OpenSearch, connect
from common.settings import Settings
from projector_app.adapters.redis_epochs import RedisEpochs
from projector_app.adapters.redis_intake import RedisIntake
from projector_app.adapters.sqs_dead_letters import SqsDeadLetters
from projector_app.ports import Read
from projector_app.projector import Projector

BULK_TIMEOUT_SECONDS = 20
"""Shorter than the function's own time limit, so that a slow bulk ends as a retry and not as a lost invocation."""

CACHE_TIMEOUT_SECONDS = 0.5


def projector_of(
    context: str, read: Read, index: Callable[[OpenSearch], SearchIndex], letters: str = "dlq_url"
) -> Projector:
    """A projector whose cache keys are the context's; `letters` is the setting that has its dead letter queue."""
    settings = Settings.from_env().require(letters, "opensearch_url", "cache_url")
    cache_client = open_cache(settings, CACHE_TIMEOUT_SECONDS)
    sqs = sqs_client(Limits(read_seconds=2))
    return Projector(
        read=read,
        index=index(connect(settings, timeout_seconds=BULK_TIMEOUT_SECONDS)),
        dead_letters=SqsDeadLetters(sqs, getattr(settings, letters)),
        epochs=RedisEpochs(cache_client, context, settings.refresh_interval_ms),
        intake=RedisIntake(cache_client, context),
    )
