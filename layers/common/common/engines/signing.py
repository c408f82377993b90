"""SigV4, by which AWS knows whose a request is, and the keys for it: found and done without boto3."""

import hmac
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, Protocol
from urllib.parse import parse_qsl, quote

from common.errors import Permanent

ALGORITHM: Final = "AWS4-HMAC-SHA256"
INSTANT: Final = "%Y%m%dT%H%M%SZ"


class Keys(Protocol):
    """Sign one request; `token` is the session's, of keys that expire."""

    @property
    def access_key(self) -> str: ...  # noqa: D102

    @property
    def secret_key(self) -> str: ...  # noqa: D102

    @property
    def token(self) -> str | None: ...  # noqa: D102


class Credentials(Protocol):
    """Where keys come from, as botocore has it."""

    def get_frozen_credentials(self) -> Keys:
        """Those that are good now."""


@dataclass(frozen=True)
class EnvironmentKeys:
    """A function's own, which are good for as long as it lives."""

    access_key: str
    secret_key: str
    token: str | None

    def get_frozen_credentials(self) -> Keys:
        """Always the same."""
        return self


def credentials() -> Credentials:
    """As boto3 finds them: the environment's first. Raises Permanent where there are none.

    To sign, a function needs no session of boto3, which takes longer to load than what it would sign for.
    """
    env = os.environ
    if "AWS_ACCESS_KEY_ID" in env and "AWS_CREDENTIAL_EXPIRATION" not in env:
        return EnvironmentKeys(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN"))
    import boto3  # noqa: PLC0415

    found = boto3.Session().get_credentials()
    if found is None:
        raise Permanent("there are no AWS keys to sign requests with")
    return found  # type: ignore[return-value]  # to its stubs each key may be None


def region() -> str:
    """Where this runs. Raises Permanent when nothing says it."""
    found = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not found:
        import boto3  # noqa: PLC0415

        found = boto3.Session().region_name
    if not found:
        raise Permanent("set the environment variable AWS_DEFAULT_REGION")
    return found


class Signer:
    """Signs requests to one service. Each with the keys that are good at the time."""

    def __init__(
        self,
        service: str,
        region: str,
        credentials: Credentials,
        clock: Callable[[], time.struct_time] = time.gmtime,
    ) -> None:
        self._service = service
        self._region = region
        self._credentials = credentials
        self._clock = clock

    def signed(
        self, method: str, host: str, target: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """All headers that the request is sent with: the given ones, by names in small letters, and the signature's.

        `host` as the request's own header has it; `target` is what is asked for, path and query, encoded as it is sent.
        """
        keys = self._credentials.get_frozen_credentials()
        at, digest = time.strftime(INSTANT, self._clock()), sha256(body).hexdigest()
        stated = {**(headers or {}), "host": host, "x-amz-content-sha256": digest, "x-amz-date": at}
        if keys.token:
            stated["x-amz-security-token"] = keys.token
        names = sorted(stated)
        path, _, query = target.partition("?")
        request = "\n".join(
            [
                method,
                quote(path),
                _canonical(query) if query else "",
                *[f"{name}:{' '.join(stated[name].split())}" for name in names],
                "",
                listed := ";".join(names),
                digest,
            ]
        )
        scope = (at[:8], self._region, self._service, "aws4_request")
        stated["authorization"] = (
            f"{ALGORITHM} Credential={keys.access_key}/{'/'.join(scope)}, SignedHeaders={listed}, "
            f"Signature={signature(keys.secret_key, scope, at, request)}"
        )
        return stated


def signature(secret_key: str, scope: Sequence[str], at: str, request: str) -> str:
    """Of a request in its canonical form; `scope` is day, region, service and `aws4_request`."""
    stated = f"{ALGORITHM}\n{at}\n{'/'.join(scope)}\n{sha256(request.encode()).hexdigest()}"
    return hmac.digest(_key(secret_key, tuple(scope)), stated.encode(), "sha256").hex()


@lru_cache(maxsize=8)
def _key(secret_key: str, scope: Sequence[str]) -> bytes:
    """Good for a day."""
    key = f"AWS4{secret_key}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _canonical(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    encoded = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in pairs)
    return "&".join(map("=".join, encoded))
