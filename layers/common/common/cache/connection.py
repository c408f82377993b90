"""The connection to the shared cache."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry

from common.errors import Permanent
from common.settings import Settings


def open_cache(settings: Settings, timeout_seconds: float) -> Redis:
    """A client of the cache of these settings. Raises Permanent for settings that do not go together."""
    return connect(settings.cache_url, timeout_seconds, _credentials(settings))


def connect(url: str, timeout_seconds: float, credentials: CredentialProvider | None = None) -> Redis:
    """A client that gives up soon; once more at once when a kept connection turns out to be closed.

    ElastiCache serverless is a cluster behind one address, so it is no cluster client: each command stays within one
    slot, and no pipeline is a transaction.
    """
    return Redis.from_url(
        url,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),
        credential_provider=credentials,
    )


def _credentials(settings: Settings) -> CredentialProvider | None:
    if not settings.cache_user:
        return None
    settings.require("cache_name")
    if not settings.cache_url.startswith("rediss://"):
        raise Permanent("CACHE_USER needs a CACHE_URL that begins with rediss://: ElastiCache takes IAM over TLS only")
    # Loaded where it is used: one machine needs none of it.
    from common.cache.iam import IamCredentials  # noqa: PLC0415

    return IamCredentials(settings.cache_name, settings.cache_user)
