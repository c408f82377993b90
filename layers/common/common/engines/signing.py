"""What requests to AWS are signed with, found without loading boto3 where the environment says it."""

import os
from dataclasses import dataclass
from typing import Protocol

from common.errors import Permanent


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
