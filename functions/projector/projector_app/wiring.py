"""The projector's one composition root; everything is built at the first call and lives as long as the process."""

from functools import cache

from common.cache.connection import open_cache
from common.engines.aws import later
from common.engines.mirrored_index import MirroredIndex
from common.engines.search import connect
from common.settings import Settings
from projector_app.adapters.redis_epochs import RedisEpochs
from projector_app.adapters.redis_intake import RedisIntake
from projector_app.adapters.sqs_dead_letters import SqsDeadLetters
from projector_app.projector import Projector

BULK_TIMEOUT_SECONDS = 20
"""Shorter than the function's own time limit, so that a slow bulk ends as a retry and not as a lost invocation."""

CACHE_TIMEOUT_SECONDS = 0.5


@cache
def projector() -> Projector:
    """The one projector of the process."""
    settings = Settings.from_env().require("dlq_url", "opensearch_url", "cache_url")
    cache_client = open_cache(settings, CACHE_TIMEOUT_SECONDS)
    sqs = later("sqs", connect_timeout=1, read_timeout=2)
    return Projector(
        index=MirroredIndex(connect(settings, timeout_seconds=BULK_TIMEOUT_SECONDS)),
        dead_letters=SqsDeadLetters(sqs, settings.dlq_url),
        epochs=RedisEpochs(cache_client, settings.refresh_interval_ms),
        intake=RedisIntake(cache_client),
    )
