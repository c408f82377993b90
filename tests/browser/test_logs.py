"""Log entries: found as they are typed, narrowed by their fields, looked at closer, grouped, followed, and told of."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shown, check_accessible, enter

ORG = "org-logs"


@pytest.fixture(scope="module")
def logged(shown: Shown) -> str:
    """An organization with thirty entries of the last hour, a third of them errors."""
    now = datetime.now(UTC)
    entries = [
        {
            "timestamp": (now - timedelta(minutes=number)).isoformat(),
            "level": "error" if number % 3 == 0 else "info",
            "service": "command" if number % 2 == 0 else "query",
            "host": f"host-{number % 2}",
            "message": f"payment p-{number} was refused" if number % 3 == 0 else f"payment p-{number} was taken",
            "correlationId": f"c-{number}",
            "attributes": {"region": "eu-west-1", "attempt": number % 2},
        }
        for number in range(30)
    ]
    shown.command("/v1/logs", entries, ORG)
    shown.until("/v1/logs", ORG, lambda answer: answer["total"] == len(entries))
    return ORG


def box(page: Page) -> str:
    return page.get_by_role("combobox", name="Search log entries").input_value()


def test_entries_are_found_as_they_are_typed_with_their_fields_and_values_completed(
    page: Page, shown: Shown, logged: str
) -> None:
    enter(page, shown.token(organization=logged), "/logs")
    expect(page.get_by_text("30 entries")).to_be_visible()
    search = page.get_by_role("combobox", name="Search log entries")

    # When a field, its value and an attribute's value are completed
    search.press_sequentially("lev", delay=15)
    page.get_by_role("option", name="level:").click()
    page.get_by_role("option", name="error").click()
    expect(page.get_by_text("10 entries")).to_be_visible()
    search.press_sequentially("attributes.at", delay=15)
    page.get_by_role("option", name="attributes.attempt:").click()
    page.get_by_role("option", name="1", exact=False).click()

    # Then the address says what is searched, and half a condition is told at its column while the entries stay
    expect(page).to_have_url(re.compile(r"q=level%3Aerror\+attributes.attempt%3A1"))
    expect(page.get_by_text("5 entries")).to_be_visible()
    search.fill("level:err")
    expect(page.get_by_role("alert")).to_contain_text("Column 7")
    expect(page.locator(".entry").first).to_be_visible()


def test_fields_narrow_the_search_and_widen_it_again(page: Page, shown: Shown, logged: str) -> None:
    enter(page, shown.token(organization=logged), "/logs")
    fields = page.get_by_role("complementary", name="Fields")
    expect(fields.get_by_role("group", name="Level")).to_contain_text("error10")

    fields.get_by_role("checkbox", name="error").check()
    expect(page.get_by_text("10 entries")).to_be_visible()
    fields.get_by_role("checkbox", name="command").check()
    expect(page.get_by_text("5 entries")).to_be_visible()
    assert box(page) == "level:error service:command"
    fields.get_by_role("checkbox", name="error").uncheck()
    expect(page.get_by_text("15 entries")).to_be_visible()

    # And so does what stands in an entry
    page.goto("/logs")
    page.locator(".entry summary").first.click()
    page.locator(".entry[open]").get_by_role("button", name="host-0").click()
    expect(page.get_by_text("15 entries")).to_be_visible()
    assert box(page) == "host:host-0"


def test_a_part_of_the_chart_is_looked_at_closer_and_left_again(page: Page, shown: Shown, logged: str) -> None:
    enter(page, shown.token(organization=logged), "/logs?span=1h")
    expect(page.get_by_text("30 entries")).to_be_visible()
    chart = page.locator(".u-over").bounding_box()
    assert chart is not None
    # When the last quarter of the hour is marked
    middle = chart["y"] + chart["height"] / 2
    page.mouse.move(chart["x"] + chart["width"] * 0.75, middle)
    page.mouse.down()
    page.mouse.move(chart["x"] + chart["width"] - 2, middle, steps=5)
    page.mouse.up()
    # Then its entries are shown, and which part of the time that is
    expect(page).to_have_url(re.compile("from=.*to="))
    expect(page.get_by_text(re.compile(r"^1\d entries"))).to_be_visible()
    page.get_by_role("button", name="Back to the whole time").click()
    expect(page).not_to_have_url(re.compile("from="))


def test_entries_that_say_the_same_are_one_pattern_that_leads_to_them(page: Page, shown: Shown, logged: str) -> None:
    enter(page, shown.token(organization=logged), "/logs?q=level:error")
    page.get_by_role("button", name="Patterns").click()
    expect(page.locator(".patterns li")).to_have_count(1)
    expect(page.locator(".patterns .count")).to_have_text("10")
    page.get_by_role("button", name="Show entries").click()
    expect(page.locator(".entry").first).to_contain_text("was refused")


def test_who_follows_sees_what_comes_and_may_send_the_address(page: Page, shown: Shown, logged: str) -> None:
    enter(page, shown.token(organization=logged), "/logs?q=service:late")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_text("Waiting for the next entry")).to_be_visible()
    expect(page).to_have_url(re.compile("follow=1"))
    page.reload()
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
    late = {"timestamp": datetime.now(UTC).isoformat(), "level": "error", "service": "late", "message": "just now"}
    shown.command("/v1/logs", [late], ORG)
    expect(page.locator(".entry").first).to_contain_text("just now")


def test_entries_are_reached_and_opened_by_keys(page: Page, shown: Shown, logged: str) -> None:
    enter(page, shown.token(organization=logged), "/logs?q=refused")
    expect(page.locator(".entry").nth(9)).to_be_attached()
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(".entry summary").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".entry[open]")).to_contain_text("attributes.region")


def test_a_search_of_entries_is_kept_as_an_alert_beside_those_of_payments(
    page: Page, shown: Shown, logged: str
) -> None:
    enter(page, shown.token(organization=logged), "/logs?q=level>=error")
    expect(page.locator(".entry").first).to_be_visible()
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_label("Name").fill("Refusals")
    page.get_by_label("Alert when there are many").check()
    page.get_by_label("Entries, at least").fill("3")
    page.get_by_label("Within minutes").fill("10")
    page.get_by_role("button", name="Save", exact=True).click()
    kept = page.get_by_role("button", name=re.compile("Refusals.*Alert at 3 within 10 min"))
    expect(kept).to_be_visible()

    # It is found again here, and not where payments are searched
    page.goto("/payments")
    page.get_by_role("button", name="Saved searches").click()
    expect(page.get_by_text("No saved searches yet.")).to_be_visible()
    page.goto("/logs")
    page.get_by_role("button", name="Saved searches").click()
    kept.click()
    expect(page).to_have_url(re.compile("q=level%3E%3Derror"))
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of_in_entries(page: Page, shown: Shown, logged: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    enter(page, shown.token(organization=logged), "/logs?q=refused")
    page.locator(".entry summary").first.click()
    check_accessible(page, "entries")
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_label("Alert when there are many").check()
    check_accessible(page, "an alert")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Patterns").click()
    expect(page.locator(".patterns li").first).to_be_visible()
    check_accessible(page, "patterns")
    page.goto("/logs?q=level:err")
    expect(page.get_by_role("alert")).to_be_visible()
    check_accessible(page, "half a condition")
