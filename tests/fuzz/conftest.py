"""The whole system in this process, for requests as the requests library writes them."""

import io
import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from local.engines import Engines
from local.inprocess.gateway import Gateway, HttpRequest
from local.inprocess.identity import Identity
from local.inprocess.system import System
from tests.fuzz.cases import CASES, SLOWEST, watched

ADDRESS = "http://payments"
PAYMENTS = ("requested", "completed", "failed", "refunded")
"""Each in the state that it is named after, until a case moves it."""


class GatewayAdapter(HTTPAdapter):
    """Hands a session's requests to the gateway instead of to a network."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        address = urlsplit(request.url or "")
        headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
        body = request.body or b""
        content = body if isinstance(body, bytes) else str(body).encode()
        answer = self._gateway.handle(HttpRequest(request.method or "", address.path, address.query, headers, content))
        raw = HTTPResponse(io.BytesIO(answer.body), answer.headers, answer.status, preload_content=False)
        return self.build_response(request, raw)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases there were; `make fuzz` has one process, so it knows of all."""
    if "FUZZ_EXAMPLES" in os.environ and CASES:
        each = ", ".join(f"{count:,} of {name}" for name, count in CASES.most_common())
        terminalreporter.write_line(f"{CASES.total():,} cases: {each}; slowest request {SLOWEST['a request']:.1f} s")


@pytest.fixture(scope="session")
def fuzzed(engines: Engines, identity: Identity) -> Iterator[System]:
    """One system for all cases, with a payment in each state."""
    with System(engines, identity) as system, watched(system.gateway):
        token = system.token("org-456")
        for payment_id in PAYMENTS:
            body = {"paymentId": payment_id, "amount": "10.00", "currency": "EUR", "description": "Blue mug"}
            system.request("POST", "/v1/payments", body=body, token=token)
        for payment_id in ("completed", "refunded"):
            body = {"amount": "10.00", "currency": "EUR"}
            system.request("POST", f"/v1/payments/{payment_id}/process", body=body, token=token)
        system.request("POST", "/v1/payments/failed/fail", body={"error": "no funds"}, token=token)
        system.request("POST", "/v1/payments/refunded/refund", body={"amount": "10.00"}, token=token)
        system.project()
        yield system


@pytest.fixture(scope="session")
def session(fuzzed: System) -> Iterator[requests.Session]:
    """An admin of the organization, to whom every address is open."""
    with requests.Session() as session:
        session.mount(ADDRESS, GatewayAdapter(fuzzed.gateway))
        session.headers["Authorization"] = f"Bearer {fuzzed.token('org-456', role='admin')}"
        yield session
