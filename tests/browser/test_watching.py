"""Money over time, logs, metrics, operations and the API's own description: what is looked at, and what it leads to."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shown, enter

ORG = "org-watching"


@pytest.fixture(scope="module")
def watched(shown: Shown) -> None:
    """Log entries of two kinds, and points of one metric, of the last minutes."""
    now = datetime.now(UTC)
    entries = [
        {
            "timestamp": (now - timedelta(seconds=number)).isoformat(),
            "level": "error" if number % 3 == 0 else "info",
            "service": "command",
            "message": f"payment p-{number} was refused" if number % 3 == 0 else f"payment p-{number} was taken",
            "correlationId": f"c-{number}",
        }
        for number in range(30)
    ]
    points = [
        {
            "name": "Duration",
            "type": "gauge",
            "unit": "Milliseconds",
            "value": 10 + number,
            "timestamp": (now - timedelta(minutes=number)).isoformat(),
            "dimensions": {"service": "command"},
        }
        for number in range(20)
    ]
    shown.command("/v1/logs", entries, ORG)
    shown.command("/v1/metrics", points, ORG)
    shown.until("/v1/logs", ORG, lambda answer: answer["total"] == len(entries))
    shown.until("/v1/metrics/names", ORG, lambda answer: answer["names"] != [])


def test_revenue_is_told_step_by_step_and_a_step_leads_to_its_payments(signed_in: Page) -> None:
    page = signed_in
    page.goto("/analytics")
    expect(page.locator(".u-over").first).to_be_visible()

    # When the chart is read as a table, and one of its months is opened
    revenue = page.get_by_role("region", name="Revenue").first
    revenue.get_by_role("button", name="Show as a table").click()
    row = revenue.get_by_role("row").filter(has_text="Feb 2011")
    count = page.get_by_role("region", name="Payments", exact=True)
    count.get_by_role("button", name="Show as a table").click()
    many = count.get_by_role("row").filter(has_text="Feb 2011").get_by_role("cell").first.inner_text()
    row.get_by_role("link").click()

    # Then these are as many payments, of that month
    expect(page).to_have_url(re.compile("from=2011-02-01&to=2011-02-28"))
    expect(page.get_by_text(f"{many} payments")).to_be_visible()


def test_a_bar_of_the_chart_leads_to_its_payments(signed_in: Page) -> None:
    signed_in.goto("/analytics")
    chart = signed_in.get_by_role("region", name="Revenue").locator(".u-over").first
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    signed_in.mouse.move(box["x"] + box["width"] - 30, box["y"] + 40)
    signed_in.mouse.click(box["x"] + box["width"] - 30, box["y"] + 40)
    expect(signed_in).to_have_url(re.compile(r"/payments\?from=2011-\d\d-01"))


def test_logs_are_found_grouped_and_followed(page: Page, shown: Shown, watched: None) -> None:
    # When errors are asked for
    enter(page, shown.token(organization=ORG), "/logs?q=level:error")
    expect(page.locator(".entry").first).to_contain_text("was refused", timeout=20_000)
    expect(page.get_by_text("10 entries")).to_be_visible()

    # Then they are grouped by what they say
    page.get_by_role("button", name="Patterns").click()
    expect(page.locator(".patterns li")).to_have_count(1)
    expect(page.locator(".patterns .count")).to_have_text("10")

    # And an entry that comes while they are followed shows by itself
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator(".entry").first).to_be_visible()
    late = {"timestamp": datetime.now(UTC).isoformat(), "level": "error", "service": "query", "message": "just now"}
    shown.command("/v1/logs", [late], ORG)
    expect(page.locator(".entry").first).to_contain_text("just now", timeout=20_000)


def test_a_dashboard_is_changed_and_its_address_holds_it(page: Page, shown: Shown, watched: None) -> None:
    enter(page, shown.token(organization=ORG), "/metrics?span=1h")
    expect(page.get_by_role("region", name="Duration avg")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Add a chart").click()
    page.get_by_label("Function").select_option("max")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("region", name="Duration max")).to_contain_text("command: 10 Milliseconds")
    page.reload()
    expect(page.get_by_role("region", name="Duration max")).to_be_visible()
    page.get_by_role("region", name="Duration avg").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("region", name=re.compile("Duration"))).to_have_count(1)

    # And it may be kept for the organization by a name
    page.get_by_role("button", name="Dashboards").click()
    page.get_by_label("Keep this one as").fill("Commands")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Commands", exact=True)).to_be_visible()
    page.goto("/metrics")
    page.get_by_role("button", name="Dashboards").click()
    page.get_by_role("button", name="Commands", exact=True).click()
    expect(page).to_have_url(re.compile("span=1h"))
    expect(page.get_by_role("region", name="Duration max")).to_be_visible()


def test_what_a_request_left_in_the_logs_is_beside_its_event(page: Page, shown: Shown) -> None:
    # Given a payment, and a log entry of the request that made it
    headers = {"X-Correlation-Id": "c-trail"}
    body = {"paymentId": "p-trail", "amount": "1.00", "currency": "EUR", "description": "Mug"}
    token = shown.token(organization=ORG)
    assert shown.system.request("POST", "/v1/payments", body=body, headers=headers, token=token).status == 201
    instant = datetime.now(UTC).isoformat()
    entry = {"timestamp": instant, "level": "warn", "service": "command", "message": "limit is near"}
    shown.command("/v1/logs", [{**entry, "correlationId": "c-trail"}], ORG)
    shown.until("/v1/trace/c-trail", ORG, lambda answer: len(answer.get("logs", [])) == 1)
    shown.until_shown("p-trail", ORG)

    # When the event's trail is opened, then the entry is there
    enter(page, token, "/payments?payment=p-trail")
    page.get_by_text("c-trail", exact=True).click()
    expect(page.locator(".trail .entry")).to_contain_text("limit is near")


@pytest.fixture
def dead_letter(shown: Shown) -> Iterator[str]:
    """An event of the organization, of a schema that the projector does not know."""
    body = {"paymentId": "p-dead", "amount": "1.00", "currency": "EUR", "description": "Mug"}
    shown.command("/v1/payments", body, ORG)
    shown.until_shown("p-dead", ORG)
    system = shown.system
    path = "/v1/payments/p-dead/history"
    [event] = system.request("GET", path, token=shown.token(organization=ORG)).json["events"]
    letter = {
        **{name: event[name] for name in ("eventId", "type", "occurredAt", "correlationId")},
        "schemaVersion": 99,
        "aggregateId": "p-dead",
        "aggregateVersion": 1,
        "organizationId": ORG,
        "causationId": event["eventId"],
        "state": {},
    }
    reason = {"Reason": {"DataType": "String", "StringValue": "schemaVersion 99 is not known"}}
    system.sqs.send_message(
        QueueUrl=system.dead_letter_url,
        MessageBody=orjson.dumps(letter).decode(),
        MessageAttributes=reason,  # type: ignore[arg-type]
    )
    yield "p-dead"
    system.sqs.purge_queue(QueueUrl=system.dead_letter_url)


def test_an_operator_sees_what_is_dead_why_and_sends_it_back(page: Page, shown: Shown, dead_letter: str) -> None:
    enter(page, shown.token("admin", ORG), "/operations")
    expect(page.get_by_role("status").filter(has_text="Something needs a look")).to_be_visible()
    letters = page.get_by_role("region", name="Dead letters").filter(has_text=dead_letter)
    letters.get_by_role("button", name="Send back", exact=True).click()
    expect(page.get_by_text("1 sent back")).to_be_visible()


def test_who_is_no_admin_sees_health_only(signed_in: Page) -> None:
    signed_in.goto("/operations")
    expect(signed_in.get_by_role("list", name="Parts")).to_contain_text("opensearch up")
    expect(signed_in.get_by_text("need the role admin")).to_be_visible()


def test_an_address_is_tried_with_one_s_own_session(signed_in: Page) -> None:
    signed_in.goto("/reference")
    signed_in.get_by_label("Filter addresses").fill("get payments")
    signed_in.get_by_role("link", name="Search payments").click()
    tried = signed_in.get_by_role("region", name="Try it")
    tried.get_by_label("q", exact=True).fill("lantern")
    tried.get_by_label("limit").fill("1")
    tried.get_by_role("button", name="Send").click()
    expect(tried.get_by_role("status")).to_contain_text("LANTERN")
