"""Who calls, and where: the options that every command has."""

import base64
import functools
import json
import os
import subprocess
from collections.abc import Callable
from typing import Any

import click

from payments_client.cli.failures import NoToken, failures
from payments_client.client import PaymentsClient
from payments_client.connection import RETRY, Token

ORGANIZATION_CLAIM = "custom:organizationId"
_RETRY = RETRY.copy_with(total=3)
"""A person waits less long than a program."""


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command a client of the API as its first argument."""

    @click.option("--org", envvar="CQRS_ORG", help="Whose payments; checked against the token.  [CQRS_ORG]")
    @click.option("--url", envvar="CQRS_URL", help="The API's address.  [CQRS_URL]")
    @click.option("--token", envvar="CQRS_TOKEN", help="A JWT.  [CQRS_TOKEN]")
    @click.option("--token-command", envvar="CQRS_TOKEN_COMMAND", help="Prints a JWT.  [CQRS_TOKEN_COMMAND]")
    @functools.wraps(command)
    def with_client(
        *args: Any,  # noqa: ANN401  # click's
        org: str | None,
        url: str | None,
        token: str | None,
        token_command: str | None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        if url is None:
            raise click.UsageError("where is the API? Set CQRS_URL, or give --url", click.get_current_context())
        caller = _token(url, org, token, token_command)
        with PaymentsClient(url, caller, retry=_RETRY) as payments, failures(options.get("q")):
            command(payments, *args, **options)

    return with_client


def _token(url: str, organization: str | None, token: str | None, command: str | None) -> Token:
    if token is not None:
        return _checked(token, organization)
    if command is not None:
        return functools.partial(_printed, command, url, organization)
    raise NoToken("who calls? Set CQRS_TOKEN or CQRS_TOKEN_COMMAND, or give --token")


def _printed(command: str, url: str, organization: str | None) -> str:
    """What the command prints; it finds the address and the organization in its environment."""
    environment = {**os.environ, "CQRS_URL": url, **({"CQRS_ORG": organization} if organization else {})}
    ran = subprocess.run(command, shell=True, env=environment, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S602  # the user's own
    if ran.returncode != 0:
        raise NoToken(f"the token command ended with {ran.returncode}")
    return _checked(ran.stdout.strip(), organization)


def _checked(token: str, organization: str | None) -> str:
    """The token, which must be the organization's where one is named: whose payments they are is no guess."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        of = claims.get(ORGANIZATION_CLAIM)
    except (IndexError, ValueError, AttributeError):
        raise NoToken("the token is no JWT") from None
    if organization is not None and of != organization:
        raise NoToken(f"the token is for {of}, and --org says {organization}")
    return token
