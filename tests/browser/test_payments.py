"""Finding payments: as they are typed, by filters, by keys, and by an address that somebody sent."""

import re

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import MANY, Shown, enter


def rows(page: Page) -> list[str]:
    page.wait_for_function("!document.querySelector('.list-body.dimmed')")
    return page.locator(".row-link").all_inner_texts()


def search(page: Page, text: str) -> None:
    box = page.get_by_role("combobox", name="Search payments")
    box.fill("")
    box.press_sequentially(text, delay=15)


def test_a_search_is_answered_while_it_is_typed_and_what_is_found_is_marked(signed_in: Page) -> None:
    # When words are typed
    search(signed_in, "white heart")

    # Then payments with them come, with the words that were found marked, and the address says what is searched
    expect(signed_in.locator(".row-link mark").first).to_have_text(re.compile("white|heart", re.IGNORECASE))
    expect(signed_in).to_have_url(re.compile(r"q=white\+heart"))
    # And back is where it was before the search
    search(signed_in, "")
    expect(signed_in.get_by_text("1,000 payments")).to_be_visible()


def test_the_answer_to_the_last_letters_is_shown_though_earlier_ones_come_late(signed_in: Page) -> None:
    # Given an API that takes its time for the first letters
    def slow(route: object, request: Request) -> None:
        if "q=lant&" in request.url:
            signed_in.wait_for_timeout(900)
        route.continue_()  # type: ignore[attr-defined]

    signed_in.route("**/v1/payments?*", slow)

    # When the rest is typed meanwhile
    box = signed_in.get_by_role("combobox", name="Search payments")
    box.fill("lant")
    signed_in.wait_for_timeout(300)
    box.fill("lantern")

    # Then what is shown is what was typed last
    expect(signed_in.locator(".row-link mark").first).to_have_text(re.compile("lantern", re.IGNORECASE))
    signed_in.wait_for_timeout(900)
    assert all("LANTERN" in text.upper() for text in rows(signed_in)[:3])


def test_fields_and_their_values_are_completed_by_keys(signed_in: Page) -> None:
    search(signed_in, "lantern st")
    option = signed_in.get_by_role("option", name="status:")
    expect(option).to_be_visible()
    signed_in.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    signed_in.keyboard.press("Enter")
    signed_in.get_by_role("option", name="completed").click()
    expect(signed_in.get_by_role("combobox", name="Search payments")).to_have_value("lantern status:completed ")


def test_a_search_that_is_not_understood_shows_where(signed_in: Page) -> None:
    search(signed_in, "lantern status:failled")
    wrong = signed_in.get_by_role("alert")
    expect(wrong.locator("mark")).to_have_text("failled")
    expect(wrong).to_contain_text("Column 16")
    expect(wrong).to_contain_text("did you mean failed?")


def test_what_was_found_stays_in_sight_while_a_condition_is_half_typed(signed_in: Page) -> None:
    search(signed_in, "lantern")
    expect(signed_in.locator(".row-link mark").first).to_be_visible()
    search(signed_in, "lantern status:comp")
    expect(signed_in.get_by_role("alert").locator("mark")).to_have_text("comp")
    expect(signed_in.locator(".list-body.dimmed .row-link").first).to_be_visible()
    signed_in.keyboard.type("leted")
    expect(signed_in.locator(".list-body.dimmed")).to_have_count(0)
    expect(signed_in.locator(".row-link mark").first).to_be_visible()


def test_what_was_found_is_in_sight_however_far_behind_it_stands(signed_in: Page) -> None:
    signed_in.set_viewport_size({"width": 390, "height": 844})
    signed_in.goto("/payments?q=lantern")
    expect(signed_in.locator(".row-link mark").first).to_be_visible()
    hidden = signed_in.evaluate(
        """() => [...document.querySelectorAll('.row-link .description')].filter((line) => {
          const mark = line.querySelector('mark');
          return mark && mark.getBoundingClientRect().left > line.getBoundingClientRect().right - 20;
        }).map((line) => line.textContent)"""
    )
    assert hidden == []


def test_words_that_nobody_has_lead_to_those_that_somebody_has(signed_in: Page) -> None:
    search(signed_in, "lantrn")
    signed_in.get_by_text("Did you mean").get_by_role("button").click()
    expect(signed_in.locator(".row-link").first).to_be_visible()
    expect(signed_in.get_by_role("combobox", name="Search payments")).to_have_value("lantern")


def test_filters_narrow_and_an_address_tells_all_of_it_to_somebody_else(
    signed_in: Page, context: BrowserContext, shown: Shown
) -> None:
    # When a search is narrowed by amount, status and dates, and sorted
    page = signed_in
    page.get_by_label("Min", exact=True).fill("100")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Completed").check()
    page.get_by_label("From", exact=True).fill("2011-01-01")
    page.keyboard.press("Enter")
    page.get_by_label("Sort").select_option("Smallest first")
    expect(page).to_have_url(re.compile("minAmount=100.*from=2011-01-01.*status=completed.*sort=amount"))
    page.locator(".row-link").nth(1).click()
    expect(page.get_by_role("complementary", name="Payment details")).to_be_visible()

    # Then the same is seen by another one who is given the address
    other = context.new_page()
    enter(other, shown.token(), page.url)
    expect(other.get_by_role("complementary", name="Payment details").locator(".figure")).to_have_text(
        page.locator(".figure").inner_text()
    )
    expect(other.locator(".row-link")).to_have_count(page.locator(".row-link").count())
    assert rows(other) == rows(page)
    # And with everything cleared, all are there again
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_text("1,000 payments")).to_be_visible()


def test_the_slider_of_months_says_what_it_means_and_moves_by_keys(signed_in: Page) -> None:
    start = signed_in.get_by_role("slider", name="Date range: From")
    start.focus()
    signed_in.keyboard.press("ArrowRight")
    expect(signed_in).to_have_url(re.compile(r"from=201\d-\d\d-01"))


def test_the_slider_of_amounts_tells_what_it_is_at_while_it_is_drawn(signed_in: Page) -> None:
    # When the lower end is drawn up
    page = signed_in
    amounts = page.locator("fieldset").filter(has_text="Amount")
    expect(amounts).to_contain_text("any amount")
    thumb = amounts.locator(".slider-thumb").first.bounding_box()
    assert thumb is not None
    page.mouse.move(thumb["x"] + 8, thumb["y"] + 8)
    page.mouse.down()
    page.mouse.move(thumb["x"] + 120, thumb["y"] + 8, steps=8)

    # Then it says from what on, and searches when it is let go
    told = re.compile(r"[1-9][\d,]* \u2013 ∞")
    expect(amounts.locator(".told")).to_have_text(told)
    least = amounts.locator(".told").inner_text().split(" \u2013 ")[0].replace(",", "")
    expect(page).not_to_have_url(re.compile("minAmount"))
    page.mouse.up()
    expect(page).to_have_url(re.compile(f"minAmount={least}"))
    expect(amounts.get_by_label("Min", exact=True)).to_have_value(least)


def test_keys_lead_from_the_search_through_the_list_to_a_payment_and_back(signed_in: Page) -> None:
    page = signed_in
    expect(page.locator(".row-link").first).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search payments")).to_be_focused()
    page.keyboard.press("Escape")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(".row-link").first).to_be_focused()
    page.keyboard.press("Enter")
    details = page.get_by_role("complementary", name="Payment details")
    expect(details).to_be_focused()
    expect(details.get_by_role("listitem").filter(has_text="Processed")).to_be_visible()
    page.keyboard.press("Escape")
    expect(details).not_to_be_visible()
    expect(page.locator(".row-link").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("Keyboard shortcuts")).to_be_visible()


def test_ten_thousand_rows_scroll_at_the_pace_of_the_screen(page: Page, shown: Shown) -> None:
    # Given a list of ten thousand payments, of which only some are in the document
    enter(page, shown.token(organization=MANY), "/payments?sort=amount")
    expect(page.get_by_text("10,000 payments")).to_be_visible()

    # When it is scrolled to its very end, page after page
    frames = page.evaluate(
        """async () => {
          const list = document.querySelector('.list-body');
          const frames = [];
          const until = performance.now() + 60000;
          let before = performance.now();
          while (!document.querySelector('[aria-rowindex="10001"]') && performance.now() < until) {
            list.scrollTop += 2400;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            frames.push(now - before);
            before = now;
          }
          return frames.sort((a, b) => a - b);
        }"""
    )

    # Then the last one is there, the document stayed small, and frames came at the pace of the screen
    expect(page.locator('[aria-rowindex="10001"]')).to_contain_text("Lantern 09999")
    assert page.locator(".list-row").count() < 80
    assert frames[len(frames) // 2] < 20, "the median frame, in milliseconds"
