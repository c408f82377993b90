"""The pictures of README and docs/console.md, taken of the running console: `make pictures`. No test of `make test`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import sin

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.places import ROOT
from tests.browser.conftest import ORGANIZATION, Shown, enter

IMAGES = ROOT / "docs" / "img"
SERVICES = ("command", "projector", "query")
MESSAGES = {
    "info": "batch of {} events projected in {} ms",
    "debug": "cache miss for key {}",
    "warn": "slow answer of opensearch: {} ms",
    "error": "payment p-{} was refused: card declined",
}
PAGES: Mapping[str, str] = {
    "payments": "/payments?q=lantern&payment=lantern-1",
    "analytics": "/analytics?period=90d",
    "logs": "/logs?span=6h",
    "metrics": "/metrics?span=1h&"
    "chart=name%3Dhttp.requests%26function%3Drate%26groupBy%3Dservice%26title%3DRequests+a+second%26width%3D12&"
    "chart=name%3Dhttp.duration%26function%3Davg%26groupBy%3Dservice%26title%3DHow+long+they+take&"
    "chart=name%3Dhttp.requests%26function%3Dsum%26picture%3Dbar%26title%3DAll+requests&"
    "chart=name%3Dhttp.duration%26function%3Dmax%26groupBy%3Dservice%26picture%3Dnumber%26title%3DThe+longest+of+now",
    "operations": "/operations",
    "api": "/reference?operation=searchPayments",
}


@pytest.fixture(scope="module")
def lived_in(shown: Shown) -> None:
    """What an organization has besides its invoices: a refund, log entries, metrics."""
    named = {"paymentId": "lantern-1", "userId": "customer-17850", "description": "WHITE HANGING HEART LANTERN"}
    told = {"amount": "58.40", "currency": "GBP", "metadata": {"tags": ["gift"], "region": "uk"}}
    shown.command("/v1/payments", {**named, **told})
    shown.command(
        "/v1/payments/lantern-1/process", {"amount": "58.40", "currency": "GBP", "processedAt": "2011-03-01T12:00:00Z"}
    )
    shown.command("/v1/payments/lantern-1/refund", {"amount": "8.40", "reason": "one came broken"})
    shown.until_shown("lantern-1", ORGANIZATION, version=3)
    now = datetime.now(UTC)
    entries = [_entry(number, now - timedelta(seconds=24 * number + 1500 * sin(number / 40))) for number in range(900)]
    points = [_point(number, now - timedelta(seconds=20 * number)) for number in range(180)]
    shown.command("/v1/logs", entries)
    shown.command("/v1/metrics", [*points, *(_count(each) for each in points)])
    shown.until("/v1/logs", ORGANIZATION, lambda answer: answer["total"] >= len(entries))
    shown.until("/v1/metrics/names", ORGANIZATION, lambda answer: len(answer["names"]) > 1)


@pytest.mark.parametrize("name", PAGES)
def test_a_page(page: Page, shown: Shown, lived_in: None, name: str) -> None:
    enter(page, shown.token("admin"), PAGES[name])
    _take(page, name)


def test_a_payment_on_a_phone(chromium: Browser, shown: Shown, lived_in: None) -> None:
    with _phone(chromium, shown) as context:
        page = context.new_page()
        enter(page, shown.token(), "/payments?q=lantern&status=completed")
        _take(page, "phone")


def _phone(chromium: Browser, shown: Shown) -> BrowserContext:
    return chromium.new_context(
        base_url=shown.url,
        locale="en-GB",
        timezone_id="Europe/London",
        viewport={"width": 390, "height": 780},
        color_scheme="dark",
        has_touch=True,
    )


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    expect(page.locator(".skeleton")).to_have_count(0)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def _entry(number: int, at: datetime) -> dict[str, object]:
    level = "error" if number % 23 == 0 else "warn" if number % 11 == 0 else "debug" if number % 5 == 0 else "info"
    return {
        "timestamp": at.isoformat(),
        "level": level,
        "service": SERVICES[number % 3],
        "host": f"ip-10-0-0-{number % 4}",
        "message": MESSAGES[level].format(1 + number % 90, 4 + number % 71),
        "attributes": {"region": "eu-west-1"},
    }


def _point(number: int, at: datetime) -> dict[str, object]:
    value = round(30 + 9 * sin(number / 17) + 4 * sin(number / 3) + (14 if number % 2 else 0), 1)
    service = SERVICES[number % 2]
    return {"name": "http.duration", "type": "gauge", "unit": "Milliseconds", "value": value} | {
        "timestamp": at.isoformat(),
        "dimensions": {"service": service},
    }


def _count(point: Mapping[str, object]) -> dict[str, object]:
    return {
        **point,
        "value": round(float(str(point["value"]))),
        "name": "http.requests",
        "type": "counter",
        "unit": "Count",
    }
