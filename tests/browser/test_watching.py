"""Money over time, metrics, operations and the API's own description: what is looked at, and what it leads to."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Shown, check_accessible, enter

ORG = "org-watching"


@pytest.fixture(scope="module")
def watched(shown: Shown) -> None:
    """Points of one metric, of the last minutes."""
    now = datetime.now(UTC)
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
    shown.command("/v1/metrics", points, ORG)
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
    # Which is in the address, as everything is
    expect(page).to_have_url(re.compile("table=revenue&table=count"))
    page.reload()
    many = count.get_by_role("row").filter(has_text="Feb 2011").get_by_role("cell").first.inner_text()
    row.get_by_role("link").click()

    # Then these are as many payments, of that month
    expect(page).to_have_url(re.compile("from=2011-02-01&to=2011-02-28"))
    expect(page.get_by_text(f"{many} payments")).to_be_visible()


def test_currencies_stand_side_by_side_and_are_never_added(page: Page, shown: Shown) -> None:
    # Given payments in two currencies, and one that failed in a third
    org = "org-currencies"
    for payment_id, currency, amount in (("eur", "EUR", "10.00"), ("jpy", "JPY", "700"), ("bad", "USD", "3.00")):
        body = {"paymentId": payment_id, "amount": amount, "currency": currency, "description": "Mug"}
        shown.command("/v1/payments", body, org)
    for payment_id, currency, amount in (("eur", "EUR", "10.00"), ("jpy", "JPY", "700")):
        shown.command(f"/v1/payments/{payment_id}/process", {"amount": amount, "currency": currency}, org)
    shown.command("/v1/payments/bad/fail", {"error": "declined"}, org)
    for payment_id in ("eur", "jpy", "bad"):
        shown.until_shown(payment_id, org, version=2)

    # When they are looked at
    enter(page, shown.token(organization=org), "/analytics")
    table = page.get_by_role("region", name="By currency").first

    # Then each has its own sum, and one leads to its charts
    expect(table.get_by_role("row").filter(has_text="EUR")).to_contain_text("€10.00")
    expect(table.get_by_role("row").filter(has_text="JPY")).to_contain_text("JP¥700")
    expect(table.get_by_role("row").filter(has_text="USD")).to_contain_text("100%")
    table.get_by_role("button", name="JPY").click()
    expect(page).to_have_url(re.compile("currency=JPY"))
    expect(page.locator(".figures")).to_contain_text("JP¥700")


def test_a_bar_of_the_chart_leads_to_its_payments(signed_in: Page) -> None:
    signed_in.goto("/analytics")
    chart = signed_in.get_by_role("region", name="Revenue").locator(".u-over").first
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    signed_in.mouse.move(box["x"] + box["width"] - 30, box["y"] + 40)
    signed_in.mouse.click(box["x"] + box["width"] - 30, box["y"] + 40)
    expect(signed_in).to_have_url(re.compile(r"/payments\?from=2011-\d\d-01"))


def test_a_dashboard_is_changed_and_its_address_holds_it(page: Page, shown: Shown, watched: None) -> None:
    enter(page, shown.token(organization=ORG), "/metrics?span=1h")
    expect(page.get_by_role("article", name="Duration avg")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Add a chart").click()
    page.get_by_label("Function").select_option("max")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("article", name="Duration max")).to_contain_text("command: 10 Milliseconds")
    page.reload()
    expect(page.get_by_role("article", name="Duration max")).to_be_visible()
    page.get_by_role("article", name="Duration avg").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("article", name=re.compile("Duration"))).to_have_count(1)

    # And it may be kept for the organization by a name, and opened by it
    page.get_by_role("button", name="Dashboards").click()
    page.get_by_label("Keep these charts as").fill("Commands")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Commands")).to_be_visible()
    page.goto("/metrics")
    page.get_by_role("button", name="Dashboards").click()
    page.get_by_role("button", name=re.compile("^Commands")).click()
    expect(page).to_have_url(re.compile("dashboard="))
    expect(page.get_by_role("article", name="Duration max")).to_be_visible()
    expect(page.get_by_role("button", name="1 hour")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of_in_a_dashboard(page: Page, shown: Shown, watched: None, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    drawn = "&".join(f"chart=name%3DDuration%26function%3Dmax%26picture%3D{each}" for each in ("line", "bar", "number"))
    enter(page, shown.token(organization=ORG), f"/metrics?span=1h&{drawn}")
    expect(page.locator(".numbers")).to_be_visible()
    expect(page.locator(".u-over")).to_have_count(2)
    check_accessible(page, "charts")
    for name in ("Dashboards", "Add a chart"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        check_accessible(page, name)
        page.keyboard.press("Escape")


def test_a_kept_dashboard_is_edited_by_one_and_seen_by_all(page: Page, shown: Shown, watched: None) -> None:
    # Given a dashboard of the organization
    panel = {"title": "How long", "name": "Duration", "function": "max", "groupBy": ["service"], "q": None}
    kept = shown.system.request(
        "POST", "/v1/dashboards", body={"name": "Ours", "panels": [panel]}, token=shown.token(organization=ORG)
    ).json
    enter(page, shown.token(organization=ORG), f"/metrics?dashboard={kept['dashboardId']}")
    expect(page.get_by_role("article", name="How long")).to_contain_text("command: ")

    # When one of its charts becomes a number, and another one comes before it
    page.get_by_role("button", name="Change this chart").click()
    page.get_by_label("Drawn as").select_option("Latest number")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("article", name="How long").locator(".numbers")).to_contain_text("Milliseconds")
    page.get_by_role("button", name="Add a chart").click()
    page.get_by_label("Title").fill("How many")
    page.get_by_label("Function").select_option("count")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("article", name="How many").get_by_role("button", name="Move this chart forward").click()
    expect(page.get_by_text("You changed this dashboard.")).to_be_visible()

    # Then others see it so when it is saved, and the address names it alone
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("You changed this dashboard.")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"dashboard=[^&]+$"))
    page.reload()
    expect(page.locator(".panels h2")).to_have_text(["How many", "How long"])

    # And who decided on an older state does not overwrite a newer one
    page.get_by_role("article", name="How many").get_by_role("button", name="Remove this chart").click()
    body = {"name": "Ours", "panels": [panel]}
    path = f"/v1/dashboards/{kept['dashboardId']}"
    assert shown.system.request("PUT", path, body=body, token=shown.token(organization=ORG)).status == 200
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Drop my changes").click()
    page.reload()
    expect(page.locator(".panels h2")).to_have_text(["How long"])


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
    page.get_by_text("Logs and metrics").click()
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
    reason = {"reason": {"DataType": "String", "StringValue": "schemaVersion 99 is not known"}}
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
    expect(letters).to_contain_text("schemaVersion 99 is not known")
    letters.get_by_role("button", name="Send back", exact=True).click()
    expect(page.get_by_text("1 sent back")).to_be_visible()


def test_an_operator_sees_what_differs_and_how_far_a_rebuild_is(page: Page, shown: Shown) -> None:
    report = {
        "reconciliation": {"at": "2026-11-25T02:00:00.000Z", "differences": 2},
        "rebuild": {"serving": "payments-000001", "building": "payments-000002", "previous": None}
        | {"segments": 64, "segmentsDone": 16},
    }
    page.route("**/v1/operations", lambda route: route.fulfill(json=report))
    enter(page, shown.token("admin", ORG), "/operations")
    expect(page.get_by_role("status").filter(has_text="Something needs a look")).to_be_visible()
    expect(page.get_by_role("region", name="Reconciliation")).to_contain_text("2 differences")
    rebuild = page.get_by_role("region", name="Rebuild")
    expect(rebuild).to_contain_text("25%")
    expect(rebuild.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "16")


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


def test_what_is_tried_may_be_tried_again_in_a_shell(signed_in: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in.goto("/reference?operation=searchPayments")
    tried = signed_in.get_by_role("region", name="Try it")
    tried.get_by_label("q", exact=True).fill("lantern")
    tried.get_by_role("button", name="Copy as curl").click()
    expect(signed_in.get_by_text("Copied, with your token in it")).to_be_visible()
    command = signed_in.evaluate("navigator.clipboard.readText()").replace("\\\n", "")
    _, _, method, url, _, header = shlex.split(command)
    name, _, value = header.partition(": ")
    answer = httpx.request(method, url, headers={name: value})
    assert "LANTERN" in answer.text


def test_a_role_is_enforced_by_the_api_whatever_the_console_offers(page: Page, shown: Shown) -> None:
    enter(page, shown.token("viewer"), "/reference?operation=refundPayment")
    tried = page.get_by_role("region", name="Try it")
    tried.get_by_label("paymentId").fill("inv-536365")
    tried.get_by_label("Body").fill('{"amount": "0.01"}')
    tried.get_by_role("button", name="Send").click()
    expect(tried.get_by_role("status")).to_contain_text("403")
    expect(tried.get_by_role("status")).to_contain_text("agent")
