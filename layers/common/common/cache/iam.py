"""Logging in to ElastiCache by the function's IAM role: the password is a presigned request, as AWS prescribes it."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.session import Session
from redis.credentials import CredentialProvider

from common.errors import Permanent

VALID_SECONDS: Final = 900
"""For logging in. What is logged in stays so for 12 hours; then ElastiCache hangs up, and the client comes again."""


class IamCredentials(CredentialProvider):
    """A user of one serverless cache, and a token signed anew for each connection, so that none is ever too old."""

    def __init__(
        self,
        cache_name: str,
        user: str,
        region: str | None = None,
        keys: Callable[[], ReadOnlyCredentials | None] | None = None,
    ) -> None:
        """Region and keys are those of the environment unless given. Raises Permanent without a region."""
        session = Session()
        found = region or session.get_config_variable("region")
        if not found:
            raise Permanent("set the environment variable AWS_DEFAULT_REGION")
        self._region: str = found
        self._cache_name = cache_name.lower()
        self._user = user
        self._keys = keys or (lambda: _frozen(session))

    def get_credentials(self) -> tuple[str, str]:
        """The user and a token. Raises Permanent without keys to sign with."""
        keys = self._keys()
        if keys is None:
            raise Permanent("there are no AWS keys to log in to the cache with")
        asked = urlencode({"Action": "connect", "User": self._user, "ResourceType": "ServerlessCache"})
        request = AWSRequest("GET", f"https://{self._cache_name}/?{asked}")
        SigV4QueryAuth(keys, "elasticache", self._region, expires=VALID_SECONDS).add_auth(request)
        return self._user, str(request.url).removeprefix("https://")


def _frozen(session: Session) -> ReadOnlyCredentials | None:
    credentials = session.get_credentials()
    return credentials.get_frozen_credentials() if credentials else None
