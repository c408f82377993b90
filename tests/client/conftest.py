"""The whole system behind its address, and clients of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from local.console import Console
from local.front import InProcessBackend, front
from local.inprocess.system import System
from payments_client import PaymentsClient
from tests.serving import served

ClientOf = Callable[..., PaymentsClient]


@pytest.fixture
def url(system: System) -> Iterator[str]:
    with served(front(InProcessBackend(system.gateway), Console(system.token))) as client:
        yield str(client.base_url)


@pytest.fixture
def client_of(system: System, url: str) -> Iterator[ClientOf]:
    """Makes a client for an organization; more of `PaymentsClient`'s arguments may follow."""
    with ExitStack() as opened:

        def make(organization: str, role: str = "agent", user: str = "user-1", **arguments: object) -> PaymentsClient:
            token = system.token(organization, role, user)
            return opened.enter_context(PaymentsClient(url, token, **arguments))  # type: ignore[arg-type]

        yield make
