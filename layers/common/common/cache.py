"""The connection to the shared cache."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry


def connect(url: str, timeout_seconds: float) -> Redis:
    """A client that gives up soon; once more at once when a kept connection turns out to be closed."""
    return Redis.from_url(
        url,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),
    )
