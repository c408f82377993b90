"""Logging in to ElastiCache by the function's IAM role: the password is a presigned request, as AWS prescribes it."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlencode

from common.engines.signing import ALGORITHM, INSTANT, Credentials, signature

VALID_SECONDS: Final = 900
"""For logging in. What is logged in stays so for 12 hours; then ElastiCache hangs up, and the client comes again."""

_SERVICE: Final = "elasticache"


def _now() -> datetime:
    return datetime.now(UTC)


class IamCredentials:
    """A user of one serverless cache, and a token signed anew for each connection, so that none is ever too old.

    Signed by hand: botocore's signer is a seventh of what a cold start may take.
    """

    def __init__(
        self,
        cache_name: str,
        user: str,
        region: str,
        credentials: Credentials,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._cache_name = cache_name.lower()
        self._user = user
        self._region = region
        self._credentials = credentials
        self._clock = clock

    def __call__(self) -> tuple[str, str]:
        """The user and a token."""
        keys = self._credentials.get_frozen_credentials()
        at = self._clock().strftime(INSTANT)
        scope = [at[:8], self._region, _SERVICE, "aws4_request"]
        asked = {
            "Action": "connect",
            "ResourceType": "ServerlessCache",
            "User": self._user,
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": "/".join([keys.access_key, *scope]),
            "X-Amz-Date": at,
            "X-Amz-Expires": VALID_SECONDS,
            **({"X-Amz-Security-Token": keys.token} if keys.token else {}),
            "X-Amz-SignedHeaders": "host",
        }
        query = urlencode(asked, quote_via=quote, safe="")
        request = f"GET\n/\n{query}\nhost:{self._cache_name}\n\nhost\n{sha256().hexdigest()}"
        signed = signature(keys.secret_key, scope, at, request)
        return self._user, f"{self._cache_name}/?{query}&X-Amz-Signature={signed}"
