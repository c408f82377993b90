"""Doing something with a payment, or with a search: asked first, done once, shown at once, settled when it is true."""

import csv
import io
import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Shown, check_accessible, enter

ORG = "org-actions"


@pytest.fixture
def requested(shown: Shown, request: pytest.FixtureRequest) -> str:
    """A payment of its own for each test, requested and searchable."""
    payment_id = re.sub(r"\W", "-", request.node.name)[:60]
    body = {
        "paymentId": payment_id,
        "userId": "u1",
        "amount": "100.00",
        "currency": "EUR",
        "description": "Blue lantern",
    }
    shown.command("/v1/payments", body, ORG)
    shown.until_shown(payment_id, ORG)
    return payment_id


def open_payment(page: Page, shown: Shown, payment_id: str, role: str = "agent") -> None:
    enter(page, shown.token(role, ORG), f"/payments?payment={payment_id}")
    expect(page.locator(".panel .figure")).to_have_text("€100.00")


def test_a_payment_is_processed_and_refunded_and_each_step_is_in_its_history(
    page: Page, shown: Shown, requested: str
) -> None:
    # Given a requested payment
    open_payment(page, shown, requested)
    panel = page.get_by_role("complementary", name="Payment details")
    expect(panel.locator(".status")).to_have_text("Requested")

    # When it is processed, after a question
    panel.get_by_role("button", name="Process").click()
    page.get_by_role("button", name="Take €100.00").click()
    # Then that is shown at once, and settled when the search shows it
    expect(panel.locator(".status")).to_have_text("Completed")
    expect(panel.locator(".status.pending")).to_have_count(0)

    # When more than there is, and then a part of it, is refunded
    panel.get_by_role("button", name="Refund").click()
    dialog = page.get_by_role("dialog", name="Refund this payment?")
    dialog.get_by_label("Amount to refund (EUR)").fill("100.01")
    expect(dialog.get_by_role("alert")).to_contain_text("At most €100.00")
    dialog.get_by_label("Amount to refund (EUR)").fill("30,5")
    dialog.get_by_label("Reason").fill("one was broken")
    dialog.get_by_role("button", name="Refund €30.50").click()

    # Then so it is, in the panel, in the list and in the history
    expect(panel.locator(".status")).to_have_text("Partly refunded")
    expect(panel.get_by_text("€30.50 refunded")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=requested)).to_contain_text("Partly refunded")
    events = panel.get_by_role("list").get_by_role("listitem")
    expect(events.nth(0)).to_contain_text("one was broken")
    expect(events).to_have_count(3)


def test_a_change_is_pending_until_a_query_with_its_token_shows_it(page: Page, shown: Shown, requested: str) -> None:
    # Given a search that does not show a change yet
    open_payment(page, shown, requested)
    tokens: list[str | None] = []
    caught_up: list[bool] = []

    def lag(route: Route) -> None:
        tokens.append(route.request.headers.get("consistency-token"))
        found = route.fetch()
        old = {"version": 1, "status": "requested", "stale": True}
        route.fulfill(response=found, json=found.json() if caught_up else {**found.json(), **old})

    page.route(f"**/v1/payments/{requested}", lag)

    # When the payment is processed
    page.get_by_role("button", name="Process").click()
    with page.expect_response("**/process") as answered:
        page.get_by_role("button", name="Take €100.00").click()

    # Then it is shown at once, as pending, in the panel and in the list; and nothing else may be done meanwhile
    panel = page.get_by_role("complementary", name="Payment details")
    row = page.get_by_role("row").filter(has_text=requested)
    expect(panel.locator(".status.pending")).to_have_text("Completed")
    expect(row.locator(".status.pending")).to_have_text("Completed")
    expect(panel.get_by_text("Waiting for the search to show this change")).to_be_visible()
    expect(panel.get_by_role("button", name="Refund")).to_be_disabled()

    # And it is settled when a query with the command's token shows it
    caught_up.append(True)
    expect(panel.get_by_role("button", name="Refund")).to_be_enabled()
    expect(page.locator(".status.pending")).to_have_count(0)
    assert tokens[-1] == answered.value.headers["consistency-token"]


def test_a_refund_that_is_sent_twice_is_done_once(page: Page, shown: Shown, requested: str) -> None:
    # Given a network that loses the first answer
    shown.command(f"/v1/payments/{requested}/process", {"amount": "100.00", "currency": "EUR"}, ORG)
    shown.until_shown(requested, ORG, version=2)
    open_payment(page, shown, requested)
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if lost:
            return route.fallback()
        lost.append(route.fetch().text())
        return route.abort()

    page.route("**/refund", lose_first)

    # When the refund is sent, seems to fail, and is sent again
    page.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount to refund (EUR)").fill("10")
    page.get_by_role("button", name="Refund €10.00").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("The API does not answer")
    page.get_by_role("button", name="Refund €10.00").click()

    # Then it was done once
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("€10.00 refunded").first).to_be_visible()
    assert lost


def test_another_amount_after_a_lost_answer_is_another_decision(page: Page, shown: Shown, requested: str) -> None:
    # Given a refund that was done, but whose answer was lost
    shown.command(f"/v1/payments/{requested}/process", {"amount": "100.00", "currency": "EUR"}, ORG)
    shown.until_shown(requested, ORG, version=2)
    open_payment(page, shown, requested)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/refund", lose, times=1)
    page.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount to refund (EUR)").fill("10")
    page.get_by_role("button", name="Refund €10.00").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("The API does not answer")

    # When another amount is sent, then nothing is done, and what was done before is shown
    page.get_by_label("Amount to refund (EUR)").fill("20")
    page.get_by_role("button", name="Refund €20.00").click()
    expect(page.get_by_role("dialog")).to_contain_text("Somebody else changed this payment")
    page.get_by_role("button", name="Show it as it is now").click()
    expect(page.get_by_text("€10.00 refunded").first).to_be_visible()


def test_a_payment_that_somebody_else_changed_is_looked_at_again_before_anything_is_done(
    page: Page, shown: Shown, requested: str
) -> None:
    # Given a payment that was processed by another one while it is looked at
    open_payment(page, shown, requested)
    page.get_by_role("button", name="Mark as failed").click()
    shown.command(f"/v1/payments/{requested}/process", {"amount": "100.00", "currency": "EUR"}, ORG)

    # When it is to be failed
    page.get_by_role("button", name="Mark as failed").last.click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("This is needed")
    page.get_by_label("What went wrong").fill("declined")
    page.get_by_role("button", name="Mark as failed").last.click()

    # Then it is not, and is shown as it is now
    expect(page.get_by_role("dialog")).to_contain_text("Somebody else changed this payment")
    page.get_by_role("button", name="Show it as it is now").click()
    expect(page.locator(".panel .status")).to_have_text("Completed")


def test_a_viewer_is_told_why_nothing_can_be_done(page: Page, shown: Shown, requested: str) -> None:
    open_payment(page, shown, requested, role="viewer")
    refuse = page.get_by_role("button", name="Process")
    expect(refuse).to_be_disabled()
    expect(refuse).to_have_accessible_description("Your role (viewer) may not change payments.")


def test_an_admin_erases_a_payment_by_its_id_and_nobody_else_is_offered_to(
    page: Page, shown: Shown, requested: str
) -> None:
    # Given that an agent is not offered it
    open_payment(page, shown, requested)
    expect(page.get_by_role("button", name="Refund").or_(page.get_by_role("button", name="Process"))).to_be_enabled()
    expect(page.get_by_role("button", name="Erase this payment")).to_have_count(0)

    # When an admin erases it, which needs its id
    page.evaluate("token => sessionStorage.setItem('payments.token', token)", shown.token("admin", ORG))
    page.reload()
    page.get_by_role("button", name="Erase this payment").click()
    sure = page.get_by_role("button", name="Erase for good")
    expect(sure).to_be_disabled()
    page.get_by_label(f"Type {requested} to go on").fill(requested)
    check_accessible(page, "erasing")
    sure.click()

    # Then it is gone
    expect(page.get_by_text("Payment erased")).to_be_visible()
    expect(page.get_by_role("complementary", name="Payment details")).to_have_count(0)
    shown.until(f"/v1/payments/{requested}", ORG, lambda answer: answer.get("status") == 404)
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("row").filter(has_text=requested)).to_have_count(0)


def test_a_search_is_exported_and_its_file_has_each_payment(signed_in: Page) -> None:
    # When a search is exported
    signed_in.get_by_role("combobox", name="Search payments").fill("lantern")
    expect(signed_in.locator(".row-link mark").first).to_be_visible()
    found = signed_in.locator(".summary strong").inner_text().removesuffix(" payments")
    signed_in.get_by_role("button", name="Export").click()
    signed_in.get_by_role("button", name="Start the export").click()

    # Then it tells when it is done, and its link leads to a file with as many payments
    with signed_in.expect_request(
        lambda request: "X-Amz-Signature" in request.url or "Signature=" in request.url
    ) as file:
        signed_in.get_by_role("button", name="Download").click()
    rows = list(csv.DictReader(io.StringIO(httpx.get(file.value.url).text)))
    assert f"{len(rows):,}" == found


def test_a_search_is_kept_as_an_alert_found_again_and_deleted(signed_in: Page) -> None:
    page = signed_in
    page.goto("/payments?q=lantern&minAmount=100&sort=-amount")
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_label("Name").fill("Large lanterns")
    page.get_by_label("Alert on new matches").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Large lanterns.*Alert"))).to_be_visible()

    page.goto("/payments")
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_role("button", name=re.compile("Large lanterns.*Alert")).click()
    expect(page).to_have_url(re.compile(r"q=lantern&minAmount=100&sort=-amount"))

    page.get_by_role("button", name="Saved searches").click()
    # Whose alert may be switched off and on again without losing it
    page.get_by_role("button", name="Switch off the alert of Large lanterns").click()
    page.get_by_role("button", name="Alert on Large lanterns").click()
    expect(page.get_by_role("button", name="Switch off the alert of Large lanterns")).to_be_visible()

    page.get_by_role("button", name="Delete Large lanterns").click()
    expect(page.get_by_text("No saved searches yet.")).to_be_visible()
