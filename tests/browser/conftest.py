"""The console in a real Chromium, in front of the whole system with real invoices; one system for all of it."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from common.payments.index import ALIAS_READ, ALIAS_WRITE
from local.console import Console
from local.engines import Engines
from local.engines.default import start_default
from local.front import InProcessBackend, front
from local.inprocess.system import System
from local.invoices import Invoice, by_organization, chunks, read_invoices
from local.places import INVOICES
from local.processes import Processes
from tests.query.documents import bulk_body, payment
from tests.serving import served

ORGANIZATION = "acme-1"
MANY = "org-many"
COUNT = 10_000
INVOICES_SHOWN = 1_000
PATIENCE_SECONDS = 60.0

expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Shown:
    """The running system, and the address of the console in front of it."""

    url: str
    system: System
    engines: Engines

    def token(self, role: str = "agent", organization: str = ORGANIZATION) -> str:
        return self.system.token(organization, role, "ada")

    def command(self, path: str, body: object, organization: str = ORGANIZATION) -> None:
        answer = self.system.request("POST", path, body=body, token=self.token(organization=organization))
        assert answer.status < 300, answer.body

    def until_shown(self, payment_id: str, organization: str, version: int = 1) -> None:
        """Wait until the search has a payment, in a version or a later one."""
        self.until(f"/v1/payments/{payment_id}", organization, lambda answer: answer.get("version", 0) >= version)

    def until(self, path: str, organization: str, is_there: Callable[[Mapping[str, Any]], bool]) -> None:
        """Wait until an answer is as it should be."""
        token, deadline = self.token(organization=organization), time.monotonic() + PATIENCE_SECONDS
        while not is_there(self.system.request("GET", path, token=token).json):
            assert time.monotonic() < deadline, f"{path} does not show what was sent"
            time.sleep(0.1)


# Not for the whole session: its event loop would be in the way of others.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        # Where pull requests are decided upon, nothing may go unseen.
        assert "CI" not in os.environ, "no chromium here: apt-get install chromium"
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        # No sandbox: containers and root have none to give.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def shown(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with Processes(tmp_path_factory.mktemp("console")) as processes:
        engines = start_default(processes)
        with System(engines) as system, system.running():
            console = Console(system.token)
            with served(front(InProcessBackend(system.gateway), console)) as client:
                shown = Shown(str(client.base_url).rstrip("/"), system, engines)
                _import(system, by_organization(read_invoices(INVOICES))[ORGANIZATION][:INVOICES_SHOWN])
                _index_many(system)
                shown.until("/v1/payments", ORGANIZATION, lambda answer: answer["total"] == INVOICES_SHOWN)
                yield shown


@pytest.fixture
def context(chromium: Browser, shown: Shown) -> Iterator[BrowserContext]:
    with chromium.new_context(
        base_url=shown.url, locale="en-GB", timezone_id="Europe/London", viewport={"width": 1440, "height": 900}
    ) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may break the Content-Security-Policy or go wrong unseen."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: _keep(message, wrong))
    yield page
    page.unroute_all(behavior="ignoreErrors")
    assert wrong == []


@pytest.fixture
def signed_in(page: Page, shown: Shown) -> Page:
    """An agent of the organization with the invoices, on the page of payments."""
    enter(page, shown.token())
    return page


def enter(page: Page, token: str, path: str = "/payments") -> None:
    """Be the one whom the token names, as after signing in."""
    page.add_init_script(
        f"sessionStorage.getItem('payments.token') ?? sessionStorage.setItem('payments.token', '{token}')"
    )
    page.goto(path)


def check_accessible(page: Page, place: str) -> None:
    """Let axe look at the page, by WCAG 2.2 AA and its own best practices."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    assert found.violations_count == 0, f"{place}: {found.generate_report()}"


def _keep(message: ConsoleMessage, wrong: list[str]) -> None:
    # The browser tells of each 4xx too; what the page makes of them is the tests' to look at.
    if message.type == "error" and "Failed to load resource" not in message.text:
        wrong.append(message.text)


def _import(system: System, invoices: list[Invoice]) -> None:
    token = system.token(ORGANIZATION)
    for chunk in chunks(invoices, 500):
        body = b"\n".join(invoice.line() for invoice in chunk)
        headers = {"Content-Type": "application/x-ndjson"}
        system.request("POST", "/v1/payments/import", body=body, headers=headers, token=token)


def _index_many(system: System) -> None:
    """Ten thousand payments of another organization, as the projector would have written them."""
    for start in range(0, COUNT, 1_000):
        documents = (
            payment(f"p-{number:05}", MANY, description=f"Lantern {number:05}", amount=f"{number + 1}.00")
            for number in range(start, start + 1_000)
        )
        system.opensearch.bulk(body=bulk_body(ALIAS_WRITE, *documents))
    system.opensearch.indices.refresh(index=ALIAS_READ)
